"""Clauses by which people comment on what they say: how they know it, whether it is so, who else knows."""

import re
from collections.abc import Collection, Mapping, Sequence

from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in
from compactd.extractive.languages.words import plain_script

_HEDGES: Mapping[str, str] = {
    "en": r"(?:as|so) far as (?:i|we)(?:'m| am| can| could| was| were)? (?:know|knew|remember|recall|tell|see|"
    r"understand|understood|heard|aware|concerned|told)(?: \w+){0,2}|if (?:i|we)(?: (?:have|remember|recall|"
    r"understand|understood|heard|read|got|it|that|this|them|you|him|her|all|everything|most|of))+ (?:correctly|right|"
    r"rightly|properly)|if (?:my )?memory serves(?: me)?(?: right| well| correctly)?|(?:if|unless) (?:i'm|i am) "
    r"(?:not )?(?:wrong|mistaken)|at least i (?:think|believe|was told)(?: so)?|(?:or )?(?:at least )?so (?:i|we|they|"
    r"he|she|people|it)(?:'m|'ve| am| was| have)? (?:told|heard|hear|says?|said|think|thought|believe|gather|"
    r"understand|seems)|from what (?:i|we)(?:'ve| have| can)? (?:\w+)|i (?:think|believe|guess|suppose|assume|reckon|"
    r"gather|presume|imagine|hear|heard|take it|am told|was told)|i'm (?:told|fairly sure|pretty sure|quite sure|not "
    r"sure)|to (?:my|the best of my|our) knowledge|they say|people say|rumou?r has it|apparently|supposedly|presumably",
    "de": r"soweit (?:ich|wir)(?: \w+){0,3} (?:weiß|wissen|sehe|kann|habe|erinnere|bin|verstehe)|wenn ich(?: (?:mich|"
    r"das|es|sie|ihn|dich|euch|alle|alles))* (?:richtig|recht|korrekt) (?:verstanden|gehört|gelesen|erinnere|sehe|"
    r"verstehe)(?: habe)?|wenn (?:mich )?nicht alles täuscht|wenn ich mich nicht (?:irre|täusche)|(?:ich )?(?:glaube|"
    r"denke|vermute|meine|schätze|nehme)(?: ich)?(?: an)?|so (?:heißt|hieß) es(?: zumindest)?|(?:so )?(?:wie|was) "
    r"(?:man|ich)(?: so)? (?:hört|höre|gehört habe)|wie (?:es|man|sie) (?:heißt|sagt|sagen)|angeblich|anscheinend|"
    r"vermutlich|meines wissens|nach meinem stand",
    "fr": r"(?:pour )?autant que je (?:sache|m'en souvienne|me souvienne|puisse (?:en )?juger)|à ma connaissance|si "
    r"(?:j'ai|je (?:les |l'|vous |t')ai) (?:bien|correctement) (?:compris|entendu|lu|suivi)|si je me (?:souviens|"
    r"rappelle) bien|si je ne me trompe(?: pas)?|sauf erreur(?: de ma part)?|si ma mémoire est bonne|je (?:crois|"
    r"pense|suppose)|il me semble|j'imagine|paraît-il|semble-t-il|apparemment|à ce qu'(?:il paraît|on (?:dit|m'a dit|"
    r"raconte))|d'après ce qu(?:e |')[\w' ]{2,24}",
    "es": r"(?:hasta donde|que|por lo que) (?:yo )?(?:sé|sepa|recuerdo|recuerde|entiendo|entendí|tengo entendido|me "
    r"(?:dijeron|han dicho|acuerdo))|si (?:recuerdo|(?:los |las |lo )?entendí|he entendido|me acuerdo) bien|si no me "
    r"(?:equivoco|falla la memoria)|si mal no recuerdo|creo(?: yo)?|me parece|supongo|imagino|según (?:dicen|parece|"
    r"tengo entendido)|dicen|al parecer|por lo visto",
    "pt": r"que eu saiba|pelo que (?:eu )?(?:sei|lembro|entendi|ouvi|me disseram)|até onde (?:eu )?sei|se (?:bem )?me "
    r"lembro(?: bem)?|se (?:eu )?(?:os |as |o |a )?(?:entendi|ouvi|li) (?:bem|direito|corretamente)|se não me engano|"
    r"se a memória não (?:me )?falha|(?:eu )?(?:acho|creio|penso|suponho|imagino)(?: eu)?|ao que parece|pelos vistos|"
    r"dizem|aparentemente",
    "it": r"(?:per quanto|per quel che|da quel che|da quanto|a quanto) (?:ne )?(?:so|sappia|ricordo|ricordi|capisco|"
    r"ho capito|mi risulta|mi hanno detto|pare|sembra)|se (?:li |le |vi |l')?ho (?:capito|sentito|letto|inteso) "
    r"(?:bene|correttamente)|se (?:ben )?(?:ricordo|mi ricordo|rammento)(?: bene)?|se non (?:sbaglio|erro|ricordo "
    r"male)|credo|penso|immagino|suppongo|direi|mi (?:pare|sembra)|dicono|pare",
    "ru": r"насколько (?:я|мне|мы) (?:знаю|помню|понимаю|поняла?|известно|вижу|могу судить)|если я (?:\w+ "
    r")?(?:правильно|верно) (?:\w+ )?(?:помню|поняла?|понимаю|услышала?)|если (?:я )?не ошибаюсь|если (?:мне )?память "
    r"(?:мне )?не (?:изменяет|подводит)|(?:я )?(?:думаю|полагаю)|кажется|по-моему|наверное|видимо|похоже|вроде(?: "
    r"бы)?|вероятно|судя по всему|говорят|якобы|как (?:я )?(?:слышала?|говорят|мне сказали)",
    "ar": r"(?:على )?حد علمي|حسب (?:علمي|ما \S+(?: لي)?)|على ما (?:أعتقد|أظن|أذكر|يبدو|أعلم)|(?:إن|إذا) (?:لم (?:أكن "
    r"مخطئا|تخني الذاكرة)|فهمت\S* (?:جيدا|بشكل صحيح))|أظن|أعتقد|ربما|كما يقولون|يقال",
    "hi": r"जह(?:ाँ|ां) तक (?:मुझे|मैं|हमें)(?: \S+){0,3} (?:पता|याद|मालूम|समझ\S*|जानता|जानती)(?: \S+){0,2}|(?:अगर|"
    r"यदि) (?:मैं|मैंने|मुझे)(?: \S+){0,2} (?:सही|ठीक|ठीक से) (?:समझ\S*|याद|सुन\S*)(?: \S+){0,2}|मेरे (?:ख्याल|खयाल|"
    r"हिसाब) से|मुझे लगता है|शायद|लगता है|सुना है",
    "zh": r"据我所知|(?:如果|要是)我没(?:有)?(?:记错|理解错|搞错|听错|弄错)(?:的话)?|好像是?|听说|据说|"
    r"我(?:想|觉得|估计|猜|认为)|大概吧?",
    "ja": r"(?:私の)?(?:知る|覚えている|聞いた|理解した|理解している)(?:限り|かぎり|ところ)(?:では|だと|"
    r"によると)?|(?:私の)?記憶(?:が正しければ|では|違いでなければ)|間違って(?:い)?なければ|"
    r"聞いた話では|確か|たしか|おそらく|たぶん|多分|どうやら",
    "ko": r"(?:제가 )?(?:알기로는?|아는 한|기억하기로는?|듣기로는?|이해한 바로는|이해하기로는?)|제 "
    r"기억(?:이 맞다면|으로는)|제가 (?:제대로|맞게|잘) (?:이해했다면|들었다면|기억한다면)|제 "
    r"생각에는?|아마도?|들리는 말로는",
}
"""By the code of a language, over lower case: a whole clause that says that something may not be so."""

_ASIDES: Mapping[str, str] = {
    "en": r"as (?:i|we|you|they|he|she|everyone|everybody)(?:'ve| may| might| will| can| could| surely| probably| "
    r"already| perhaps| have| had)* (?:know|knew|remember|recall|said|told|mentioned|see|saw|noticed|noted|heard|"
    r"guessed|agreed|discussed)(?: \w+){0,4}|which (?:nobody|no one|i|we|they|he|she|everyone|everybody|somebody|"
    r"someone|you)(?:'ve|'d| had| has| have| never| only| could| can| may| might| still| ever| really)* (?:told|said|"
    r"mentioned|knew|knows?|understands?|understood|explained|noticed|remembers?|asked)(?: (?:me|us|you|them|anyone|"
    r"anybody|about|to|before|yet|either|of|until|now|today|why|how))*|(?:(?:though|although|even though|but|and) "
    r")?(?:(?:i|we) (?:can't|cannot|can not|couldn't|could not|don't|do not|didn't|did not|wouldn't|would not|never)|"
    r"(?:nobody|no one)(?: could| can| would)?)(?: really| quite)? (?:tell|say|knows?|knew|understands?|remembers?|"
    r"recall|explain)(?: (?:you|me|us|anyone))?(?: exactly| really)?(?: (?:why|how|when|since when|what for|where "
    r"from))?|(?:and|but) (?:the others|others|everyone|everybody|all of (?:us|them)|they all|we all|most people)(?: "
    r"already| also| all)? (?:knows?|knew|heard)(?: (?:about|of|it|this|that|too|already|as|well))*|by the way|fyi|"
    r"for (?:your information|the record)|incidentally|as it happens|believe it or not|if (?:you|that) must know|if "
    r"(?:you're|anyone's|anyone|anybody|you) (?:wondering|wonders?|asks?|curious)(?: \w+)?|if that (?:helps|matters)|"
    r"for what it's worth|mind you|to be (?:honest|fair|frank)|don't ask(?: me)?(?: why| how)?|you know|you see|i "
    r"(?:must|have to) (?:say|admit)|so to speak|just so you know|who knows why",
    "de": r"wie (?:du|ihr|sie|ich|wir|jeder|alle)(?: \w+){0,5} (?:weißt|wisst|wissen|weiß|erinnerst|erinnern|erwähnt|"
    r"sagte|gesagt|besprochen|siehst|sehen|kennst|kennen)(?: (?:habe|hast|haben|hatte|hatten|wirst|werden))?|wie "
    r"(?:gesagt|erwähnt|besprochen|bekannt)|was (?:mir|uns|ich|wir|keiner|niemand)(?: \w+){0,4} (?:gesagt|erzählt|"
    r"wusste|wussten|weiß|versteht|verstehe|gewusst|mitgeteilt|erklärt|ahnte|verstanden)(?: (?:hat|hatte|habe|haben|"
    r"hatten))?|(?:(?:auch wenn|obwohl|wobei|aber|und) )?(?:(?:keiner|niemand)(?: \w+){0,3}|(?:ich|wir)(?: \w+){0,3} "
    r"nicht(?: \w+)?) (?:warum|wieso|weshalb|wozu)|(?:warum|wieso)(?: auch)? immer|frag(?:t|en sie)? (?:mich "
    r")?(?:bitte )?nicht(?: warum| wieso| wie)?|(?:(?:und|aber) )?(?:die anderen|alle|alle anderen|die kollegen|das "
    r"team) (?:wissen|weiß|kennen)(?: \w+){0,2} (?:bescheid|davon|das|es)|übrigens|nebenbei(?: bemerkt| gesagt)?|"
    r"(?:nur )?zur info|ehrlich gesagt|offen gestanden|falls (?:das|es) (?:hilft|wichtig ist|interessiert)|falls "
    r"jemand fragt|weißt du|wissen sie",
    "fr": r"comme (?:je|tu|vous|on|nous)(?: [\w']+){0,4} (?:sais|savez|sait|dit|disais|rappelez|rappelles|souviens|"
    r"souvenez|voyez|vois|indiqué|mentionné|convenu)(?: [\w']+){0,4}|comme (?:convenu|prévu|dit)|ce que (?:personne|"
    r"nul|je|on)(?: [\w']+){0,4} (?:dit|savait|sait|savais|su|comprend|comprends|expliqué)|(?:(?:mais|et|même si|bien "
    r"que) )?(?:je|personne) (?:ne |n')(?:[\w']+ ){1,4}(?:pourquoi|comment)|ne me demande[zs]? pas(?: pourquoi| "
    r"comment)?|(?:(?:et|mais) )?(?:les autres|tout le monde|tous) (?:sont au courant|est au courant|(?:le )?savent|"
    r"(?:le )?sait)(?: déjà| aussi)?|au fait|soit dit en passant|pour (?:info|information)|pour être honnête|entre "
    r"nous|si (?:ça|cela) (?:aide|t'aide|vous aide|t'intéresse|vous intéresse)|si on (?:te|vous) (?:le )?demande|va "
    r"savoir(?: pourquoi)?|figure-toi|figurez-vous",
    "es": r"como (?:ya |quizás? |tal vez |te |le |os )*(?:sabes|sabe|saben|sabéis|recordar\S+|recuerd\S+|dije|decía|"
    r"comenté|mencioné|ves|ve|quedamos)(?: \w+){0,5}|(?:(?:lo que|lo cual|cosa que|y|pero) )?nadie (?:me |nos |lo "
    r")*(?:dijo|había dicho|sabía|sabe|entiende|explicó|contó|avisó)(?: por qué)?|(?:(?:aunque|pero|y) )?no (?:sé|"
    r"sabría|podría|puedo|entiendo)(?: \w+){0,2} por qué|no me preguntes?(?: por qué| cómo)?|(?:y )?(?:los demás|"
    r"todos|todo el mundo)(?: ya)? (?:lo )?(?:saben|sabe|están al tanto|está al tanto)|por cierto|dicho sea de paso|"
    r"para (?:tu|su) información|para ser sinceros?|si (?:te|le|os|les)? ?(?:sirve|interesa|ayuda|preguntan)(?: de "
    r"algo)?|entre nosotros|vete a saber(?: por qué)?",
    "pt": r"como (?:você |vocês |já |eu |talvez |te |lhe |tu |deve |devem )*(?:sabem?|sabes|lembra\S*|disse|falei|"
    r"mencionei|vê|combinamos|comentei)(?: \w+){0,4}|(?:(?:o que|coisa que|e|mas) )?ninguém (?:me |nos |tinha |havia |"
    r"lhe )*(?:disse|contou|dito|contado|sabia|sabe|entende|explicou|avisou)(?: por qu[eê]| porquê)?|(?:(?:embora|mas|"
    r"e) )?(?:eu )?não (?:saiba|sei|saberia|consiga|possa|entendo)(?: \w+){0,2} por ?qu[eê]|(?:e )?(?:os outros|todos|"
    r"todo mundo|toda a gente)(?: já| também)? (?:sabem|sabe|estão a par|está a par)(?: disso| disto)?|a propósito|"
    r"por sinal|para sua informação|para ser (?:honest|sincer)[oa]|não me pergunte[sm]?(?: por quê?| porquê)?|se "
    r"(?:isso )?(?:ajudar|ajuda|interessar)|cá entre nós",
    "it": r"come (?:\w+ ){0,3}(?:sai|sa|sapete|ricordi|ricorda|ricorderai|ricorderà|detto|dicevo|accennato|vedi|vede|"
    r"concordato)(?: [\w']+){0,4}|(?:(?:cosa che|il che|che|e|ma) )?nessuno (?:\w+ ){0,3}(?:detto|sapeva|sa|capisce|"
    r"spiegato|avvisato|avvertito)(?: perché)?|(?:(?:anche se|ma|e) )?(?:io )?non (?:so|saprei|capisco)(?: \w+){0,2} "
    r"(?:perché|come mai)|non chieder\S*(?: perché)?|(?:e )?(?:gli altri|tutti|anche gli altri)(?: già)? (?:lo sanno|"
    r"ne sono al corrente)(?: già)?|a proposito|per la cronaca|a dire il vero|per inciso|se (?:può servire|serve|"
    r"aiuta|interessa)|chissà perché|detto tra noi",
    "ru": r"как (?:ты|вы|я|мы|все)(?: \w+){0,3} (?:знаешь|знаете|знают|помнишь|помните|говорила?|сказала?|упоминала?|"
    r"видишь|видите|договорились)(?: \w+){0,4}|о ч[её]м (?:мне |нам )?никто (?:мне |нам )?не (?:сказал|говорил|знал|"
    r"предупредил|предупреждал)|(?:(?:хотя|но|и|а) )?(?:я |никто )?(?:и )?(?:сама? )?не (?:знаю|понимаю|знает|"
    r"понимает|могу сказать|смогу сказать)(?: вам| тебе)? (?:почему|зачем|отчего)|(?:(?:и|а) )?(?:остальные|все|"
    r"другие|коллеги)(?: об этом)?(?: тоже| уже)* (?:знают|в курсе)(?: об этом)?|кстати(?: говоря)?|между прочим|к "
    r"слову|честно говоря|для справки|не спрашивай(?:те)?(?: почему| зачем)?|почему-то|если (?:вам|тебе) интересно|"
    r"если это поможет|как ни странно",
    "ar": r"كما (?:\S+ ){0,2}(?:تعلم|تعلمون|تعرف|تعرفون|تذكر|تذكرون|قلت|ذكرت|أخبرتك|ترى|اتفقنا)(?: \S+){0,4}|(?:وهو "
    r")?(?:ما|شيء|أمر) لم (?:يخبرني|يقله|يعرفه|يذكره)(?: \S+){0,3}|(?:(?:مع أني|ولكني|لكني|رغم أني) )?و?لا (?:أعرف|"
    r"أدري|أعلم|يعرف أحد|أستطيع أن أقول)(?: لك)? (?:لماذا|السبب)|والآخرون (?:يعرفون|يعلمون|على علم)(?: \S+){0,2}|"
    r"والجميع (?:يعرف|يعلم)(?: ذلك)?|بالمناسبة|للعلم|بصراحة|لا تسألني لماذا",
    "hi": r"जैसा कि (?:आप|तुम|मैंने|मैं|हम|सब)(?: \S+){0,4} (?:जानते|पता|याद|कहा|बताया|मालूम)(?: \S+){0,2}|जो(?: "
    r"\S+){0,2} किसी ने(?: \S+){0,3} नहीं बताया(?: था)?|(?:(?:हालाँकि|हालांकि|लेकिन|पर|मगर) )?(?:मुझे नहीं पता|मैं "
    r"नहीं (?:जानता|जानती|बता सकता|बता सकती)|पता नहीं)(?: कि)?(?: क्यों)?|(?:और )?(?:बाकी|दूसरे|सब)(?: लोग| लोगों "
    r"को)?(?: भी)?(?: यह| इसके बारे में| इस बारे में)? (?:जानते हैं|पता है|मालूम है)|वैसे|सच कहूँ तो|जानकारी के लिए|"
    r"मत पूछो क्यों",
    "zh": r"(?:你|您|大家|你们)(?:也|都|可能|应该|大概|或许|已经|还)*(?:知道|记得|清楚|看到|了解)的?|"
    r"(?:正如|就像|如)(?:我|你|您|我们).{0,6}(?:说|提|讲|知|见)(?:过|到|的|道|那样)*|"
    r"(?:虽然|不过|但是?)?我也?(?:说不清|不知道|不清楚|不明白)(?:为什么|为何|原因)|"
    r"没有?人(?:告诉过?|通知过?)(?:我|我们)|(?:其他人|别人|大家)(?:也|都)*知道(?:这事|"
    r"这件事)?了?|顺便(?:说|提)(?:一下|一句)?|对了|说实话|老实说|别问我?为什么|不知道?为什么",
    "ja": r"(?:ご存じ|ご存知|ご覧)の(?:ように|とおり|通り)(?:ですが|かもしれませんが)?|(?:前に|先日|"
    r"先ほど)も?(?:お話しし|お伝えし|言っ|話し)た(?:ように|とおり|通り)|なぜか|どういうわけか|"
    r"理由は(?:わかり|分かり|知り)ません(?:が|けど)?|誰も(?:教えて|言って)くれ.{0,10}|"
    r"(?:ほかの|他の)?(?:みんな|皆|皆さん|人たち|人)も(?:知って|承知して).{0,6}|ちなみに|"
    r"余談ですが|正直(?:なところ|に言うと|言って)|参考までに|言い忘れましたが",
    "ko": r"아시다시피|아시는 것처럼|아시겠지만|기억하시겠지만|말씀드린 (?:대로|것처럼|바와 같이)|보시다시피|"
    r"(?:전에 )?말했듯이|(?:왜인지|이유)는?(?: \S+)? (?:모르겠지만|모르지만|모르겠어요|"
    r"모르겠습니다|몰라요)|아무도 (?:\S+ )?(?:말해|알려|얘기해).{0,8}|(?:다른 (?:사람들|"
    r"분들)|다들|모두)도? (?:\S+ )?(?:알고|아시고).{0,6}|참고로|솔직히(?: 말하면| "
    r"말해서)?|여담이지만|그나저나",
}
"""By the code of a language, over lower case: a whole clause that says who knows or told something, or that it is only
mentioned, and nothing of the matter."""

_SIGNS: Mapping[str, str] = {
    "en": "know knew knows remember remembers recall tell see understand understood understands heard hear aware "
    "concerned told said say says correctly right rightly properly memory mistaken wrong least think thought believe "
    "guess suppose assume reckon gather presume imagine sure knowledge apparently supposedly presumably rumour rumor "
    "mentioned saw noticed noted guessed agreed discussed explained asked explain way fyi information record "
    "incidentally happens wondering wonders wonder asks ask curious helps matters worth mind honest fair frank admit "
    "speak seems",
    "de": "weiß wissen wisst weißt wusste wussten gewusst sehe kann habe erinnere bin verstehe richtig recht korrekt "
    "täuscht irre täusche glaube denke vermute meine schätze nehme zumindest jedenfalls wenigstens heißt hieß hört "
    "höre gehört sagt sagen angeblich anscheinend vermutlich wissens stand erinnerst erinnern erwähnt sagte gesagt "
    "besprochen bekannt siehst sehen kennst kennen erzählt versteht mitgeteilt erklärt ahnte verstanden warum wieso "
    "weshalb wozu frag fragt fragen übrigens nebenbei info ehrlich offen hilft wichtig interessiert",
    "fr": "sache souvienne juger connaissance bien correctement souviens rappelle trompe erreur mémoire crois pense "
    "suppose semble imagine paraît apparemment dit raconte après moins cas sais savez sait disais rappelez rappelles "
    "souvenez voyez vois indiqué mentionné convenu prévu savait savais su comprend comprends expliqué pourquoi "
    "comment demande demandez demandes courant savent fait passant info information honnête nous aide intéresse "
    "savoir figure figurez",
    "es": "sé sepa recuerdo recuerde entiendo entendí entendido dijeron dicho acuerdo bien equivoco falla creo parece "
    "supongo imagino según dicen parecer visto menos sabes sabe saben sabéis recordarás recordará recuerdas recuerda "
    "dije decía comenté mencioné ves ve quedamos nadie qué preguntes pregunte tanto cierto información sincero "
    "sinceros sirve interesa ayuda preguntan nosotros saber",
    "pt": "saiba sei lembro entendi ouvi disseram bem direito corretamente engano falha acho creio penso suponho "
    "imagino parece vistos dizem aparentemente menos sabe sabem sabes lembra lembrar disse falei mencionei vê "
    "combinamos comentei ninguém quê que propósito sinal informação honesto honesta sincero sincera ajudar "
    "ajuda interessar nós",
    "it": "so sappia ricordo ricordi capisco capito risulta detto pare sembra bene correttamente rammento sbaglio "
    "erro male credo penso immagino suppongo direi dicono almeno perlomeno sai sa sapete ricorda ricorderai ricorderà "
    "dicevo accennato vedi vede concordato nessuno perché mai sanno corrente proposito cronaca vero inciso serve "
    "servire aiuta interessa",
    "ru": "знаю помню понимаю понял поняла известно вижу судить правильно верно ошибаюсь память думаю полагаю кажется "
    "по-моему наверное видимо похоже вроде вероятно судя говорят якобы мере случае слышал слышала сказали знаешь "
    "знаете знают помнишь помните говорил говорила сказал сказала упоминал упоминала видишь видите договорились никто "
    "почему зачем отчего курсе кстати прочим слову честно справки спрашивай спрашивайте почему-то интересно поможет "
    "странно",
}
"""By the code of a language whose words stand apart and whose script is not its own: what is looked for before those
expressions, which find no clause without one of these words."""

_MAY_COMMENT = frozenset(word for words in _SIGNS.values() for word in words.split())
_ENDS = " .!।。！"
_COMMENT: Mapping[str, re.Pattern[str]] = ByLanguage(
    lambda language: re.compile(plain_script(rf"(?P<hedge>{_HEDGES[language.code]})|{_ASIDES[language.code]}"))
)
_LAST_LATIN = "\u0600"


def may_comment(line: str, words: Collection[str]) -> bool:
    """Whether a sentence with such `words` may have a clause that comments on the others: cheap, and true of all that
    do."""
    return not _MAY_COMMENT.isdisjoint(words) or (not line.isascii() and max(line) >= _LAST_LATIN)


def comments_in(line: str, clauses: Sequence[str]) -> list[bool | None]:
    """For each clause of a sentence None if it says something of the matter, else whether it says that it may not be
    so."""
    plain = [plain_script(clause.lower().replace("’", "'").strip(_ENDS)) for clause in clauses]
    patterns = [_COMMENT[language.code] for language in languages_in(line)]
    found = [next(filter(None, (pattern.fullmatch(one) for pattern in patterns)), None) for one in plain]
    return [None if match is None else match["hedge"] is not None for match in found]
