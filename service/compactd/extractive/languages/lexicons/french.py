"""French."""

from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.language import Language
from compactd.extractive.page import Section

FRENCH = Language(
    code="fr",
    headings={
        Section.INSTRUCTIONS: "Consignes permanentes",
        Section.GOALS: "Objectifs",
        Section.DECISIONS: "Décisions",
        Section.EVENTS: "Déroulement",
        Section.ERRORS: "Erreurs",
        Section.DETAILS: "Détails",
        Section.OPEN: "Demande en cours",
    },
    fixed_words={
        FixedWord.DONE: "Fait",
        FixedWord.FAILED: "Échoué",
        FixedWord.UNANSWERED: "Appelé, pas encore de résultat",
        FixedWord.OTHERS: "Fait aussi",
        FixedWord.CLOSED: "N'est plus en attente",
        FixedWord.REPORTED: "l'outil {} a signalé",
        FixedWord.CALLED: "Appelé",
        FixedWord.RESULTS: "Résultats d'outils où rien n'est à retenir",
        FixedWord.SILENT: "Messages où rien n'est à retenir",
        FixedWord.IDENTIFIERS: "Identifiants",
    },
    kinds=(
        "URL; e-mail; chemin; identifiant; empreinte; version; date; montant; quantité; erreur; commande; "
        "hôte; nom; chiffre; symbole"
    ),
    common=(
        "le; la; les; l; un; une; des; du; de; d; et; est; que; qu; qui; ne; n; pas; je; j; tu; vous; nous; il; elle; "
        "on; ce; c; cette; ces; mon; ma; mes; ton; ta; tes; votre; vos; notre; nos; son; sa; ses; dans; pour; sur; "
        "avec; sans; par; au; aux; en; à; ou; où; mais; si; plus; sont; a; ai; avons; avez; ont; sera; être; fait; "
        "toujours; jamais; tout; tous; toute; toutes; chaque; aucun; aucune; quand; merci; moi; toi; y; s; m; t; se; "
        "me; te; leur; leurs; déjà; aussi; donc; dès; avant; après; maintenant; ça; peux; pouvez; faut; doit; dois; "
        "désormais; réponds; répondez; quel; quelle; bien; était"
    ),
    cues={
        Cue.SHIFT: (
            "prochaine tâche; nouvelle tâche; tâche suivante; passons à; passons au; passons aux; nouvel objectif; "
            "l'objectif est; objectif est désormais; autre chose; autre sujet; changement de plan; changé d'avis; "
            "laisse tomber; laissez tomber; oublie le; oublie la; oubliez le; oubliez la; nouveau plan; "
            "nouvelle priorité; c'est réglé; c'est terminé; c'est fini; est terminé; est fini; à la place; "
            "deuxième tâche; maintenant il faut; les priorités ont"
        ),
        Cue.CORRECTION: (
            "non pas; "
            "en fait; finalement; correction; rectification; rectificatif; au lieu; plutôt que; et non; trompé; "
            "trompée; erreur de ma; je voulais dire; ne plus; n'est plus; ne sont plus; plus valable; changé; changée; "
            "modifié; modifiée; déplacé; déplacée; reporté; reportée; repoussé; repoussée; avancé; avancée; décalé; "
            "décalée; remplacé; remplacée; désormais; c'est maintenant; est maintenant; est passé; est passée; "
            "passe à; passe de; oublie; oubliez; caduc; obsolète; annulé; annulée; coquille; faute de frappe; "
            "confondu; mélangé; mea culpa; en congé; n'était pas; pas le bon; mauvais; plutôt; mise à jour; révisé; "
            "révisée; rectifie; je corrige; je me corrige; n'est pas; à partir; autrement; différemment; dorénavant"
        ),
        Cue.DECISION: (
            "décidé; décidons; décision; on prend; nous prenons; on part sur; partons sur; on utilise; nous utilisons; "
            "on garde; gardons; convenu; retenu; retenue; choisi; choisie; choisissons; validé; validée; approuvé; "
            "approuvée; confirmé; confirmée; tranché; on opte; optons; arrêté; va pour; on reste; restons sur; "
            "on va avec"
        ),
        Cue.CONSTRAINT: (
            "doit; doivent; dois; devez; faut; faudra; jamais; toujours; seulement; uniquement; au plus; au maximum; "
            "au minimum; au moins; maximum; minimum; limite; plafond; délai; échéance; date limite; avant; d'ici; "
            "jusqu'à; jusqu'au; budget; sans; obligatoire; obligatoirement; impératif; impérativement; interdit; "
            "interdite; interdiction; autorisé; autorisée; évite; évitez; veille à; veillez à; assure-toi; "
            "assurez-vous; allergique; allergie; végétarien; végétarienne; je préfère; je préférerais; j'aimerais; "
            "je voudrais; je veux; strictement; ne pas; exclusivement; au plus tard; expire; dépasser; promis; "
            "compatible"
        ),
        Cue.ERROR: (
            "n'ai jamais; n'a jamais; n'avons jamais; n'avez jamais; n'ont jamais; n'as jamais; n'avait jamais; "
            "erreur; erreurs; exception; échec; échoue; échoué; échouent; plante; planté; plantage; cassé; cassée; "
            "bug; bogue; panne; expiré; refusé; refusée; rejeté; rejetée; introuvable; cause; coupable; invalide; "
            "conflit; bloqué; bloquée; régression; fuite; corrompu; corrompue; problème; dysfonctionnement"
        ),
        Cue.OUTCOME: (
            "corrigé; corrigée; résolu; résolue; réparé; créé; créée; ouvert; fusionné; déployé; déployée; réservé; "
            "réservée; remboursé; remboursée; annulé; annulée; terminé; terminée; fini; finie; trouvé; trouvée; "
            "ajouté; ajoutée; supprimé; supprimée; remplacé; remplacée; installé; installée; configuré; configurée; "
            "migré; migrée; parce que; raison; succès; envoyé; envoyée; enregistré; enregistrée; publié; publiée; "
            "modifié; renommé; payé; payée; expédié; expédiée; livré; livrée; c'est fait; voilà; "
            "fonctionne maintenant; montant total; exporté; exportée; généré; générée; effectué; effectuée; prêt; "
            "prête; s'élève; rédigé; rédigée"
        ),
        Cue.REQUEST: (
            "il te plaît; il vous plaît; stp; svp; peux-tu; pouvez-vous; tu peux; vous pouvez; pourrais-tu; "
            "pourriez-vous; tu pourrais; vous pourriez; merci de; j'ai besoin; nous avons besoin; on a besoin; "
            "il me faut; il nous faut; il faudrait; prière de; veuillez; je te demande; je vous demande; tu me; "
            "tu veux bien; vous voulez bien; auriez-vous; aurais-tu; la gentillesse; l'amabilité; serait-il possible; "
            "est-ce possible; peut-on; on peut; regarde; regardez; voudrais-tu; voudriez-vous"
        ),
        Cue.GOAL: (
            "j'ai besoin; nous avons besoin; on a besoin; je voudrais; j'aimerais; je souhaite; nous souhaitons; "
            "je veux; nous voulons; on veut; on voudrait; nous voudrions; aide-moi; aidez-moi; aide-nous; m'aider; "
            "nous aider; je cherche; nous cherchons; on cherche; mon objectif; l'objectif; le but; la tâche; ta tâche; "
            "il s'agit; j'essaie; nous essayons; on essaie; il faudrait; il me faut; il nous faut; il manque; "
            "il reste; reste à; restent à; manque encore; il ne manque; il ne reste; on doit; nous devons; je dois; "
            "il faut; on devrait; nous devrions; je prendrais; j'aurais besoin; j'aimerais bien; ce serait bien; "
            "serait bien; serait utile; serait super; m'arrangerait; m'intéresse; si on pouvait; on pourrait; "
            "il nous manque; il me manque; ensuite il faut; je me demande; je veux savoir; j'aimerais savoir; "
            "j'attends toujours; j'attends encore; n'oublie pas; n'oubliez pas; me suffit; me suffisent; suffira; "
            "suffirait; ce serait; serait parfait"
        ),
        Cue.WITHDRAWAL: (
            "laisse tomber; laissez tomber; attends; attendez; pas encore; pas maintenant; pas tout de; tant pis; "
            "oublie ça; oubliez ça; peu importe; inutile; pas la peine; en suspens; en attente; stop; annule ça; "
            "annulez ça; mets en pause"
        ),
        Cue.ASIDE: (
            "au fait; d'ailleurs; à propos; note; à noter; pour info; pour information; n'oublie pas; n'oubliez pas; "
            "garde en; gardez en; en passant; aussi; important; rappel; souviens; souvenez; encore une; autre chose; "
            "par ailleurs; petite précision; sache que; sachez que"
        ),
        Cue.CHATTER: (
            "au revoir; à bientôt; "
            "merci; merci beaucoup; parfait; super; génial; très bien; d'accord; ok; bonjour; bonsoir; salut; de rien; "
            "avec plaisir; je vous en; je t'en; entendu; compris; bien reçu; pas de problème; pas de souci; ça marche; "
            "c'est noté; noté; bien sûr; c'est tout; ce sera tout; un instant; bonne journée; bonne soirée; "
            "n'hésite pas; n'hésitez pas; autre chose; nickel; impeccable; continue; continuez; volontiers; désolé; "
            "excellent; formidable"
        ),
        Cue.NARRATION: (
            "je vais; je regarde; je vérifie; voyons; d'abord; ensuite; laisse-moi; laissez-moi; je commence; je m'en; "
            "m'en occupe; rien d'anormal; rien de particulier; comme prévu; je consulte; je cherche; regardons; "
            "je lis; je lance; je suis en; je reviens; reviens vers; je te tiens; je vous tiens; je jette; j'examine; "
            "je continue"
        ),
        Cue.SCOPE: (
            "toujours; jamais; à chaque; chaque fois; désormais; dorénavant; à partir de; à compter; à l'avenir; "
            "par la suite; dès maintenant; dès lors; dès aujourd'hui; systématiquement; en permanence; constamment; "
            "en toutes; en toute; en aucun; sous aucun; sans exception; par défaut; en règle; d'une manière; "
            "de manière; de façon; pour la suite; pour toute; pour tout; pour tous; pour toutes; dans tous; "
            "dans toutes; dans chaque; pour chaque; après chaque; avant chaque; avant tout; cette conversation; "
            "cette session; cette discussion; ce projet; ce dépôt; jusqu'à nouvel; jusqu'à ce; sauf si; à moins; "
            "quoi qu'il; peu importe; tant que; partout; n'importe; à tout moment; tout au long; le reste de; "
            "reste de la; reste du; garde en tête; gardez en tête; retiens; retenez; n'oublie jamais; n'oubliez jamais"
        ),
        Cue.QUANTIFIER: (
            "chaque; tous; toutes; tout; toute; aucun; aucune; rien; personne; seulement; uniquement; seuls; seules; "
            "exclusivement; au maximum; au plus; au moins; au minimum; maximum; minimum; plus de; moins de; sans; "
            "strictement; quand tu; quand vous; lorsque tu; lorsque vous; si tu; si vous; avant de; avant d; "
            "après avoir; quelconque; lorsqu une; lorsqu un; quand un; quand une; si un; si une; ni; dès que"
        ),
        Cue.ORDER: (
            "veille à; veillez à; assure-toi; assurez-vous; fais en sorte; faites en sorte; fais attention; "
            "faites attention; je veux que; je souhaite que; j'aimerais que; je voudrais que; j'attends; "
            "je te demande; je vous demande; merci de; prière de; pense à; pensez à; n'oublie pas; n'oubliez pas; "
            "tiens-toi; tenez-vous; tâche de; tâchez de; souviens-toi; souvenez-vous; rappelle-toi; rappelez-vous; "
            "veuillez; tu réponds; vous répondez; tu utilises; vous utilisez; tu écris; vous écrivez; tu gardes; "
            "je te prie; je vous prie"
        ),
        Cue.BAN: (
            "ne dois pas; ne devez pas; ne doit pas; ne doivent pas; ne doit jamais; ne doivent jamais; "
            "ne dois jamais; ne devez jamais; ne faut pas; faut pas; ne faut jamais; ne peux pas; ne veux pas; "
            "ne veux plus; ne veux aucun; ne veux aucune; ne pas; ne jamais; ne plus; interdit; interdite; interdits; "
            "interdites; interdiction; proscrit; proscrite; défense de; hors de question; pas question; en aucun; "
            "sous aucun; évite; évitez; éviter; n'utilise jamais; abstiens-toi; abstenez-vous; personne ne; rien ne; "
            "merci de ne; prière de ne; pas autorisé; pas autorisée; tu n'utilises; vous n'utilisez; pas toucher; "
            "touche pas; sans mon; sans notre; sans ma; inacceptable; bannis; bannissez; exclu; exclus; "
            "hors de question de; il est interdit; il n'est pas question; plus jamais; de ne plus; ne plus utiliser; "
            "arrête d'; arrêtez d'"
        ),
        Cue.DUTY: (
            "doit; doivent; dois; devez; devra; devront; devrais; devriez; devrait; devraient; il faut; il faudra; "
            "faut que; obligatoire; obligatoires; obligatoirement; obligation; impératif; impérativement; requis; "
            "requise; nécessaire; exigé; exigée; tenu de; tenus de; a le droit; ont le droit; seul; allergique; "
            "allergie; végétarien; végétarienne; végétalien; végane; vegan; non négociable; exige"
        ),
        Cue.CONDITION: (
            "quand; lorsque; lorsqu; si; avant; après; dès; tant que; à moins; sauf; chaque fois; à chaque; au cas; "
            "en cas; une fois; pendant; si jamais"
        ),
        Cue.PREFERENCE: (
            "préfère; préférons; préférerais; préférence; de préférence; j'aime; n'aime pas; j'adore; je déteste; "
            "plutôt; mieux vaut; je tiens à; tient à cœur; habitué; habituée; on utilise; nous utilisons; je veux; "
            "je voudrais; j'aimerais; me convient; horreur; ne supporte pas; supporte pas; peuvent; peut être; "
            "est permis; est autorisé; chez nous; on ne; nous ne; on met; on écrit; c'est toujours; c'est uniquement; "
            "je ne mange; je ne bois; je ne prends"
        ),
        Cue.MANNER: (
            "réponse; réponses; répondre; réponds; répondez; répondre en; ton; tonalité; style; format; formatage; "
            "langue; orthographe; français; anglais; allemand; espagnol; italien; portugais; russe; chinois; tutoie; "
            "tutoyer; tutoiement; vouvoie; vouvoyer; vouvoiement; tutoyez; vouvoyez; puces; paragraphe; paragraphes; "
            "émoji; émojis; emoji; emojis; emoticônes; unités; métrique; métriques; impériales; celsius; devise; "
            "fuseau; décimales; décimale; arrondi; arrondis; arrondir; commits; branches; exemples; sources; "
            "citations; abréviations; jargon; anglicismes; formel; formelle; soutenu; familier; poli; polie; concis; "
            "concise; concises; bref; brève; court; courte; courtes; détaillé; détaillée; phrases; phrase; mots; "
            "lignes; confirmation; accord; validation; autorisation; permission; prénom; par mon; appelle-moi; "
            "appelez-moi; tutoie-moi; vouvoie-moi; tutoyez-moi; vouvoyez-moi; tutoyons-nous; étape par étape; "
            "pas à pas; messages; courriels; e-mails; production; prod; dépendances; mots de passe; confidentiel; "
            "confidentielles; personnelles; signature; formule; formules; excuses; guillemets; tirets; majuscules; "
            "en json; au format; en tableau; sous forme; branche principale; simplement; brièvement; nomme; nommage; "
            "les heures; les dates; des dates"
        ),
        Cue.ONCE: (
            "n'ai jamais; n'a jamais; n'avons jamais; n'avez jamais; n'ont jamais; n'as jamais; n'avait jamais; "
            "maintenant; aujourd'hui; cette fois; ce soir; demain; hier; tout de suite; pour l'instant; "
            "pour le moment; encore une; une seule; rapidement; vite; ce matin; cet après-midi; peux-tu; pouvez-vous; "
            "tu peux; vous pouvez; pourrais-tu; pourriez-vous; tu pourrais; j'ai besoin; était; étaient; avait; "
            "avons eu; j'ai eu; dernier; dernière; exceptionnellement; t'inquiète; t'inquiètes; vous inquiétez; "
            "hésite; hésitez; la semaine; jusqu'ici; dis-moi; dites-moi; aide-moi; aidez-moi; doit venir; doit être; "
            "doivent être; doit y; devait être; peut-être; sans doute; probablement; apparemment; vraisemblablement; "
            "il paraît"
        ),
        Cue.PERMISSION: (
            "tu peux; vous pouvez; peut; peuvent; permis; permise; autorisé; autorisés; autorisée; acceptés; "
            "acceptées; c'est bon; d'accord; libre; libres; pas grave; peu importe; quand tu veux; comme tu veux; "
            "quand vous voulez; accessibles; accessible; possible; vas-y"
        ),
        Cue.RELEASE: (
            "plus besoin; plus la peine; plus nécessaire; plus obligé; plus obligée; plus obligés; plus obligatoire; "
            "plus tenu; plus valable; s'applique plus; s'appliquent plus; ne vaut plus; n'est plus; levée; levé; "
            "oublie la; oublie le; oublie ce; oublie cette; oublie mes; oublie ma; oubliez la; oubliez le; oubliez ce; "
            "oubliez cette; ignore la; ignore ce; ignore ma; ignorez; laisse tomber; laissez tomber; peux de nouveau; "
            "pouvez de nouveau; peux à nouveau; pouvez à nouveau; de nouveau autorisé; à nouveau autorisé; "
            "de nouveau autorisée; de nouveau permis; à nouveau permis; peux arrêter; pouvez arrêter; arrête de; "
            "arrêtez de; cesse de; cessez de; je retire; je reviens sur; reviens à; revenons à; revenez à; pas obligé; "
            "pas nécessaire; n'es plus; n'êtes plus; peux recommencer; pouvez recommencer; à nouveau possible; "
            "de nouveau possible; oublie tout; n'a plus; plus lieu; tu peux maintenant; peux maintenant; "
            "pouvez maintenant; peux désormais; pouvez désormais; est levée; ne tient plus; ne tiennent plus; "
            "ne compte plus; ne comptent plus; ne s'impose plus; de nouveau acceptés; de nouveau acceptées; "
            "à nouveau acceptés; de nouveau bienvenus; de nouveau permise; peux arrêter avec; peux laisser; "
            "pouvez laisser; peux oublier; pouvez oublier; plus de raison; n'a plus lieu; sans effet; caduque; caduc; "
            "abandonnée; abandonné; annulée; annulé; levons; je lève; finalement me va; me convient finalement; "
            "comme tu veux; comme vous voulez; à ta guise; à votre guise; comme avant; peu importe désormais; "
            "plus la règle; plus d'actualité; n'est plus d'actualité; plus utile; plus requis; plus requise; "
            "plus exigé; dispense; dispensé; dispensée; fais comme; faites comme; redevient; redeviennent; "
            "est redevenu; me convient plus; me conviennent plus; me plaît plus; me plaisent plus; me gêne; me gênent; "
            "m'énerve; m'énervent; ne veux plus; ne voulons plus; marre des; marre de; ne s'applique plus; est levé; "
            "est annulée"
        ),
    },
    verbs=(
        "utilise; utilisez; emploie; employez; écris; écrivez; rédige; rédigez; réponds; répondez; garde; gardez; "
        "reste; restez; fais; faites; donne; donnez; montre; montrez; affiche; affichez; demande; demandez; dis; "
        "dites; parle; parlez; formule; formulez; formate; formatez; résume; résumez; commence; commencez; termine; "
        "terminez; finis; finissez; ajoute; ajoutez; mets; mettez; laisse; laissez; prends; prenez; vérifie; vérifiez; "
        "teste; testez; lance; lancez; exécute; exécutez; assure; assurez; préviens; prévenez; avertis; avertissez; "
        "informe; informez; arrondis; arrondissez; calcule; calculez; traduis; traduisez; cite; citez; confirme; "
        "confirmez; attends; attendez; envoie; envoyez; enregistre; enregistrez; sauvegarde; sauvegardez; supprime; "
        "supprimez; efface; effacez; change; changez; modifie; modifiez; renomme; renommez; crée; créez; génère; "
        "générez; pousse; poussez; fusionne; fusionnez; construis; commande; commandez; réserve; réservez; annule; "
        "annulez; rembourse; remboursez; explique; expliquez; liste; listez; énumère; énumérez; justifie; justifiez; "
        "limite; limitez; traite; traitez; considère; considérez; respecte; respectez; suis; suivez; pense; pensez; "
        "rappelle; rappelez; retiens; retenez; note; notez; tutoie; tutoyez; vouvoie; vouvoyez; appelle; appelez; "
        "adresse; adressez; propose; proposez; recommande; recommandez; suggère; suggérez; choisis; choisissez; "
        "privilégie; privilégiez; préfère; préférez; indique; indiquez; précise; précisez; mentionne; mentionnez; "
        "inclus; incluez; joins; joignez; cherche; cherchez; trouve; trouvez; regarde; regardez; relis; relisez; "
        "corrige; corrigez; répare; réparez; mets-toi; prépare; préparez; planifie; planifiez; présente; présentez; "
        "signe; signez; applique; appliquez; convertis; convertissez; documente; documentez; ouvre; ouvrez; ferme; "
        "fermez; remplace; remplacez; exporte; exportez; importe; importez; compare; comparez; analyse; analysez; "
        "examine; examinez; transfère; transférez; contacte; contactez; relance; relancez; transmets; transmettez; "
        "déploie; déployez; livre; livrez; active; activez; désactive; désactivez; télécharge; téléchargez; déplace; "
        "déplacez; copie; copiez; colle; trie; triez; masque; masquez; tiens; tenez; consulte; consultez; archive; "
        "archivez; publie; publiez; mentionner; paie; payez; soumets; soumettez; sois; soyez; compte; comptez; "
        "contente; abstiens; abstenez; actualise; actualisez; complète; complétez; reporte; reportez; "
        "déclare; simplifie; simplifiez; optimise; optimisez; implémente; implémentez; être; faire; mettre; écrire; "
        "prendre; suivre; attendre; traduire; inclure; rendre; tenir; prévenir; avertir; répondre; finir; garantir; "
        "maintenir; définir; fournir; choisir; arrondir"
    ),
    not_verbs=(
        "touche; touchez; oublie; oubliez; partage; partagez; divulgue; divulguez; révèle; révélez; invente; inventez; "
        "suppose; supposez; redémarre; redémarrez; dépasse; dépassez; contredis; répète; répétez; achète; achetez"
    ),
    # Infinitives that order; a noun such as `fichier` or `premier` does not begin an order.
    forms=(
        "(?:util|ecr|ajout|demand|commenc|termin|verifi|test|envoy|enregistr|supprim|modifi|renomm|cre|gener|annul|"
        "reserv|rembours|expliqu|list|limit|trait|respect|propos|indiqu|precis|mentionn|cherch|trouv|corrig|prepar|"
        "present|appliqu|document|remplac|export|import|compar|analys|examin|deploy|activ|copi|evit|gard|cit|confirm|"
        "adress|utilis|employ|redig|donn|montr|affich|parl|formul|resum|laiss|privilegi|consult|conserv|sign|not|tutoy|"
        "vouvoy)er"
    ),
    clitics="(?:-(?:moi|toi|le|la|les|lui|leur|nous|vous|en|y|m|t))+",
    bans="ne; n; jamais; évite; évitez; éviter; cesse; cessez; arrête; arrêtez; proscris; bannis; interdiction",
    nones="pas; aucun; aucune; rien; personne; sans; ni; plus aucun; plus jamais",
    leads=(
        "s; il; te; vous; plaît; stp; svp; merci; veuillez; et; puis; alors; donc; ok; bon; bonjour; salut; non; oui; "
        "mais; seulement; uniquement; toujours; systématiquement; désormais; dorénavant; à; partir; compter; de; d; "
        "maintenant; l; avenir; la; suite; pour; le; reste; du; cette; conversation; session; projet; ce; dans; tous; "
        "les; toutes; cas; en; général; règle; générale; rappel; important; note; aussi; également; encore; une; "
        "chose; autre; point; enfin; premièrement; deuxièmement; d'abord; me; m; nous; lui; leur; y; se; tu; peux; "
        "pouvez; pourrais; pourriez; dès; lors; aujourd'hui; par; défaut; ensuite; bien; super; parfait; plutôt; "
        "surtout; simplement; jour; ici; contrainte; consigne; chaque; fois; ensuite; partout; sur; des"
    ),
    values={
        "form of name": "prénom/prénoms; nom de famille/noms de famille/patronyme/patronymes",
        "daypart": "matin/matinée; après-midi; soir/soirée; nuit",
        "seat": "couloir; hublot/fenêtre",
        "transport": "train/trains; avion/vol/vols; bus/car; voiture; taxi; ferry",
        "language": (
            "français/francais; anglais; allemand; espagnol; italien; portugais; russe; chinois; japonais; "
            "néerlandais; arabe; coréen; polonais; turc"
        ),
        "unit": "métrique/métriques/celsius/kilomètres; impérial/impériales/impériaux/fahrenheit/miles",
        "currency": "euro/euros/eur; dollar/dollars/usd; livre/livres; yen/yens; franc/francs/chf",
        "day": (
            "lundi/lundis; mardi/mardis; mercredi/mercredis; jeudi/jeudis; vendredi/vendredis; samedi/samedis; "
            "dimanche/dimanches; quotidien/quotidienne; hebdomadaire; mensuel/mensuelle"
        ),
        "format": (
            "json; yaml; xml; csv; markdown; html; puces; tableau/tableaux; paragraphe/paragraphes/prose; texte"
        ),
        "zone": "utc/gmt; cet; cest; locale; paris",
        "length": (
            "bref/brève/brèves/court/courte/courtes/concis/concise/concises/brièvement; "
            "long/longue/longues/détaillé/détaillée/détaillées"
        ),
        "tone": (
            "formel/formelle/soutenu/professionnel; informel/familier/décontracté/amical; drôle/humoristique; "
            "neutre/sobre"
        ),
        "address": "tutoie/tutoyer/tutoyez/tutoiement; vouvoie/vouvoyer/vouvoyez/vouvoiement",
        "indentation": "tabulations/tabulation; espaces",
        "number": "deux; trois; quatre; cinq; sept; huit; neuf; dix; douze; quinze; vingt; trente; cinquante; cent",
    },
    synonyms=(
        "answer/réponse/réponses/réponds/répondez/répondre/écris/écrivez/parle/parlez; "
        "message/messages/mail/mails/courriel/courriels; budget/coût/coûts/dépenses/plafond/prix; "
        "échéance/délai/livraison/date; contact/responsable/interlocuteur; heure/heures/horaires/horaire; test/tests; "
        "fichier/fichiers; commit/commits; supprime/supprimer/supprimez/efface/effacer; "
        "déploiement/déploiements/déployer/déploie; accord/validation/autorisation/permission/approbation; "
        "réunion/rendez-vous/point; émoji/émojis/emoji/emojis; unité/unités; puces/listes/liste; "
        "called/appelle-moi/appelez-moi/prénom/titre/surnom; budget/tarif/tarifs"
    ),
    reasons=(
        r"(?:parce qu|car\b|puisqu|vu qu|étant donné|sinon\b|afin d|afin qu|pour que|comme ça|c'est que|la raison|"
        r"sans quoi)"
    ),
    before_old=(
        r"\b(?:et )?(?:non )?pas(?: (?:le|la|les|l'|à|au|en|de|sur))?|au lieu(?: de| du| d'| des)?|plutôt qu(?:e|"
        r"')(?: le| la)?|et non(?: pas)?(?: le| la| à| au)?|n'est plus(?: le| la)?|oublie[zr]?(?: le| la| les| l')?|"
        r"\bétait|(?:pass|report|repouss|déplac|décal|chang|avanc)\w+ d(?:e|u|'|es)|à la place (?:de|du|d')|remplace"
    ),
    after_old=(
        "(?:n'est|ne sont) plus|est (?:faux|fausse|caduc|obsolète|annulée?|en congé|dépassée?|périmée?)|était (?:faux|"
        "fausse|une (?:erreur|coquille))|ne (?:vaut|marche|fonctionne) plus|a (?:quitté|été (?:annul|remplac))"
    ),
    aside_old=(
        "(?:et |mais )?(?:non )?pas(?: (?:le|la|les|à|au|en|de|sur))?|au lieu(?: de| du)?|plutôt que(?: le| la)?|"
        "et non(?: pas)?(?: le| la| à| au)?|à la place de"
    ),
    everything=r"\b(?:toutes?|tous)\b.{0,24}\b(?:règles|consignes|instructions|contraintes|préférences)\b",
    consents=(
        r"(?:oui|ouais|non)\b|(?:si|d'accord|ok|okay|entendu|bien sûr|volontiers|exact|exactement|parfait|"
        r"ça marche|ça me va|vas-y|allez-y|fais-le|faites-le|validé|confirmé|approuvé|refusé)(?=\s*(?:[,.!;:…–—-]|"
        "$))"
    ),
    takes=(
        "(?:donc|prends|prenez|utilise|utilisez|mets|mettez|plutôt|à la place|c'est|ce sont|la nouvelle|"
        r"le nouveau|le bon|la bonne|il faut|merci d)\b"
    ),
    working=(
        r"\bj(?:e |')(?:me |m'|te |t'|vous |le |la |les |l'|y |en |lui |leur )*(?!(?:ai|avais|pense|crois|trouve|"
        "recommande|suggère|vois|sais|peux|dois|veux|voudrais|comprends|propose|conseille|regrette|suis|"
        r"étais)\b)[a-zàâçéèêëîïôûùœ]+(?:e|s|x|rai)\b|\bje suis (?:en train|dessus|sur le)\b|\b(?:on|"
        r"nous) (?:regarde|vérifie|cherche|va|allons|regardons)\b|\ben cours\b|^(?:voyons|un instant|une seconde|"
        r"un moment|laisse[zr]?-moi)\b"
    ),
    told=(
        r"^on peut (?:clore|fermer)|^(?!.*\b(?:pas encore|toujours pas|manque|voulais|voudrais|aimerais|fallait|"
        r"faudrait|aurais|serait|pourrais)\b)(?:.*\b(?:était|étais|étaient|avait|avais|avaient|allait)\b|.*\b(?:j'ai|"
        r"il a|elle a|on a|nous avons|ils ont|elles ont|tu as|vous avez|m'a|y a)(?: \S+){0,2}? \w+(?:é|és|ée|ées|i|is|"
        r"it|u|us|t)\b|.*\ba (?:\S+ )?(?:\w+(?:é|i|u)|dit|fait|pris|mis)\b|(?:\S+,? )?(?:je (?:vois|comprends|sais|"
        "pense|crois|trouve|suis (?:content|contente|de retour|là|ravi|ravie)|reviens|reste)|j'espère|c'est|ça (?:m'|"
        "me |marche|va|suffit|aide|explique|paraît|semble)|cela (?:m'|me |va|suffit|aide|explique|paraît|semble))|"
        "(?:bonne (?:journée|soirée|nuit)|à (?:demain|bientôt|plus|tout)|au revoir|bravo|beau travail|désolée?|pardon|"
        r"tant mieux|pas (?:grave|de souci|de problème|d'urgence)|parfait|super|génial|excellent)\b|(?:exactement|"
        "ça (?:a l'air|remarche|marche|fonctionne|roule)|tout (?:est|marche|va|roule)|on peut (?:clore|fermer|"
        r"s'arrêter)|c'est (?:exactement|tout|parfait|bon))\b)"
    ),
    anew=(
        r"\bà (?:partir|compter) d|\bdésormais|\bdorénavant|\bà l'avenir|\b(?:maintenant|plutôt|finalement|autrement|"
        r"différemment|à la place|nouve(?:au|l|lle|lles|aux)|au lieu|mieux)\b|^plus d"
    ),
    light=(
        "utilise; utilisez; emploie; employez; écris; écrivez; rédige; rédigez; garde; gardez; reste; restez; fais; "
        "faites; donne; donnez; montre; montrez; affiche; dis; dites; commence; commencez; termine; terminez; finis; "
        "ajoute; mets; mettez; laisse; laissez; prends; prenez; assure; assurez; envoie; envoyez; change; changez; "
        "crée; pense; pensez; suis; suivez; retiens; choisis; préfère; préférez; privilégie; indique; tiens; tenez; "
        "sois; soyez; évite; évitez; être; faire; mettre; écrire; prendre; suivre; tenir; utiliser; arrêter; arrête; "
        "consigne; règle; oublie; réfléchi; forme; avenir; suite; servent; convient; conviennent; seront; sera; "
        "peine; lieu; chose; sujet; voir; quand; mieux"
    ),
    ends=(
        r"\b(?:n'est plus|ne sont plus|ne \w+ plus|n'\w+ plus|plus besoin|plus la peine|plus nécessaire|(?:de|"
        r"à) nouveau|c'est fini|terminée?s?|oublie[zs]?|levée?s?|inutiles?|tu peux|vous pouvez|pas la peine)\b"
    ),
    counted=(
        "chose; choses; question; questions; remarque; remarques; point; points; détail; détails; "
        "précision; précisions; correction; corrections; demande; demandes"
    ),
    announces=(
        r"(?:(?:et|aussi|mais|alors|juste|puis|ok)[ ,]+)*(?:une?|deux|trois|quatre|cinq|quelques|"
        r"plusieurs|une autre|les) (?:\w+ ){0,2}(?:chose|question|remarque|point|détail|précision|"
        r"correction|demande)s?\b[^,;:.!?]{0,40}[.:!]?"
    ),
    lead_in=r"(?:et|ah,? et)[ ,]+(?:(?:une?|encore)\b[^:.!?]{0,40} ?: )?",
    refers_back=(
        r"\b(?:avec|de|à|pour|sur|faire|régler|résoudre) (?:ça|cela|ceci)\b|\b(?:m'en|t'en|s'en|vous en|"
        r"l'y|m'y) \w+"
    ),
)
