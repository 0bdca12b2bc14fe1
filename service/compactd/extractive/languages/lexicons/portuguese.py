"""Portuguese, of Brazil and of Portugal."""

from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.language import Language
from compactd.extractive.page import Section

PORTUGUESE = Language(
    code="pt",
    headings={
        Section.INSTRUCTIONS: "Instruções permanentes",
        Section.GOALS: "Objetivos",
        Section.DECISIONS: "Decisões",
        Section.EVENTS: "Histórico",
        Section.ERRORS: "Erros",
        Section.DETAILS: "Detalhes",
        Section.OPEN: "Pedido em aberto",
    },
    fixed_words={
        FixedWord.DONE: "Feito",
        FixedWord.FAILED: "Falhou",
        FixedWord.UNANSWERED: "Chamado, ainda sem resultado",
        FixedWord.OTHERS: "Também feito",
        FixedWord.CLOSED: "Já não está em aberto",
        FixedWord.REPORTED: "a ferramenta {} informou",
        FixedWord.CALLED: "Chamado",
        FixedWord.RESULTS: "Resultados de ferramentas sem nada a guardar",
        FixedWord.SILENT: "Mensagens sem nada a guardar",
        FixedWord.IDENTIFIERS: "Identificadores",
    },
    kinds=(
        "URL; e-mail; caminho; identificador; hash; versão; data; valor; quantidade; erro; comando; "
        "host; nome; número; símbolo"
    ),
    common=(
        "o; a; os; as; um; uma; uns; umas; de; do; da; dos; das; e; é; que; em; no; na; nos; nas; não; nao; por; para; "
        "pra; com; sem; se; ao; aos; à; às; me; te; lhe; meu; minha; meus; minhas; seu; sua; seus; suas; teu; tua; "
        "nosso; nossa; este; esta; esse; essa; isso; isto; mas; sim; mais; já; são; está; estão; foi; ser; tem; tenho; "
        "há; você; vocês; pode; deve; quero; quando; como; sempre; nunca; tudo; todo; todos; toda; todas; cada; "
        "nenhum; nenhuma; só; apenas; ou; muito; também; agora; até; desde; antes; depois; obrigado; obrigada; eu; "
        "ele; ela; pelo; pela; pelos; pelas; entre; aqui; responda; qualquer; num; numa; dele; dela; favor; "
        "ainda; ontem; deste; desta; neste; nesta"
    ),
    cues={
        Cue.SHIFT: (
            "próxima tarefa; nova tarefa; tarefa seguinte; vamos passar; passemos a; passemos para; novo objetivo; "
            "o objetivo é; outra coisa; outro assunto; mudança de planos; mudei de ideia; mudei de ideias; esquece o; "
            "esquece a; esqueça o; esqueça a; novo plano; nova prioridade; em vez disso; já está pronto; está pronto; "
            "está feito; segunda tarefa; agora preciso; agora vamos; as prioridades mudaram; deixe isso; deixa isso"
        ),
        Cue.CORRECTION: (
            "não não; "
            "na verdade; aliás; correção; corrigindo; corrijo; retificação; em vez; ao invés; me enganei; enganei-me; "
            "enganado; enganada; quis dizer; queria dizer; me referia; já não; não é mais; não mais; mas sim; e sim; "
            "e não; mudou; mudado; mudada; mudou para; passou a; passou de; passou para; passa a; passa para; agora é; "
            "agora são; adiado; adiada; antecipado; antecipada; transferido; transferida; alterado; alterada; "
            "substituído; substituída; esquece; esqueça; obsoleto; obsoleta; anulado; erro de; confundi; troquei; "
            "errei; erro meu; desculpa é; desculpa são; desculpe é; desculpe são; de férias; de licença; "
            "não era; não é; atualização; revisto; "
            "revisado; incorreto; incorreta; afinal; melhor dizendo; digo; remarcado; remarcada; fica em; ficou para; "
            "movido; movida; a partir; diferente; de outra; de outro; de outra forma; de hoje; daqui em; daqui para"
        ),
        Cue.DECISION: (
            "decidido; decidimos; decidi; decisão; vamos com; vamos usar; vamos de; usaremos; usamos; ficamos com; "
            "combinado; combinamos; acordado; acordo; escolhido; escolhida; escolhemos; escolhi; aprovado; aprovada; "
            "confirmado; confirmada; optamos; optei; definido; definida; definimos; fechado; adotamos; fica decidido"
        ),
        Cue.CONSTRAINT: (
            "deve; devem; deves; tem que; tem de; têm que; têm de; é preciso; nunca; jamais; sempre; só; somente; "
            "apenas; unicamente; no máximo; no mínimo; pelo menos; máximo; mínimo; limite; teto; prazo; data limite; "
            "antes; até; orçamento; sem; obrigatório; obrigatória; imprescindível; proibido; proibida; permitido; "
            "evite; evita; evitar; certifique-se; certifica-te; garanta; garante; cuide; alérgico; alérgica; alergia; "
            "vegetariano; vegetariana; prefiro; preferia; gostaria; queria; quero; estritamente; exige; necessário; "
            "o mais tardar; vence; expira; exclusivamente; prometido; compatível; não pode; não podem"
        ),
        Cue.ERROR: (
            "nunca tive; nunca tivemos; nunca recebi; nunca recebemos; nunca houve; nunca chegou; nunca funcionou; "
            "erro; erros; exceção; falha; falhas; falhou; falham; falhando; caiu; quebrado; quebrada; quebrou; "
            "problema; travou; travado; recusado; recusada; rejeitado; rejeitada; negado; causa; culpado; inválido; "
            "inválida; conflito; bloqueado; regressão; vazamento; corrompido; não encontrado; não funciona; avaria; "
            "esgotado; tempo limite"
        ),
        Cue.OUTCOME: (
            "corrigido; corrigida; resolvido; resolvida; solucionado; criado; criada; aberto; aberta; mesclado; "
            "implantado; implantada; reservado; reservada; reembolsado; reembolsada; cancelado; cancelada; atualizado; "
            "atualizada; feito; pronto; pronta; terminado; concluído; concluída; encontrado; encontrada; adicionado; "
            "adicionada; removido; removida; substituído; instalado; configurado; migrado; porque; motivo; sucesso; "
            "enviado; enviada; guardado; salvo; salva; publicado; renomeado; renomeada; pago; paga; entregue; total; "
            "exportado; exportada; gerado; gerada; já funciona; funciona agora; apagado; apagada; redigido; realizado; "
            "criei; enviei; corrigi; exportei"
        ),
        Cue.REQUEST: (
            "por favor; pode; podes; poderia; podia; podias; você pode; consegue; preciso; precisamos; preciso que; "
            "peço; peço que; faça o favor; faz favor; se faz favor; pfv; gostaria que; queria que; você me; tu me; "
            "me acha; me manda; me passa; me diz; me faz; a gentileza; teria como; dá para; dá pra; tem como; "
            "seria possível; importa-se; se importa; dá uma; vê se; vê por; vê o"
        ),
        Cue.GOAL: (
            "preciso; precisamos; quero; queremos; queria; gostaria; gostaríamos; me ajude; me ajuda; ajude-me; "
            "ajuda-me; ajude; ajudar; ajuda com; ajuda para; procuro; procuramos; estou procurando; estou à procura; "
            "meu objetivo; o objetivo; a tarefa; sua tarefa; trata-se de; estou tentando; estou a tentar; tentando; "
            "a ideia é; falta; faltam; ainda falta; ainda faltam; resta; restam; fica faltando; falta só; temos que; "
            "temos de; tenho que; tenho de; teríamos que; teríamos de; deveríamos; devíamos; devemos; seria bom; "
            "seria ótimo; seria útil; daria jeito; dava jeito; me interessa; quero saber; queria saber; é preciso; "
            "precisava; precisávamos; há que; agora falta; continuo esperando; estou esperando; continuo à espera; "
            "estou à espera; não esqueça; não se esqueça; não esqueças; me basta; bastam; seria perfeito"
        ),
        Cue.WITHDRAWAL: (
            "espera; espere; ainda não; por enquanto não; por agora não; agora não; deixa; deixe; deixa lá; "
            "deixa para; deixa pra; esquece isso; esqueça isso; tanto faz; não importa; não precisa; cancela isso; "
            "cancele isso; em pausa; em espera; pare; melhor não"
        ),
        Cue.ASIDE: (
            "a propósito; aliás; além disso; nota; observação; atenção; lembre-se; lembra-te; lembre; não esqueça; "
            "não se esqueça; não te esqueças; importante; também; outra coisa; uma coisa; já agora; tenha em; tem em; "
            "leve em; para que saiba; só para; fica a saber; por falar"
        ),
        Cue.CHATTER: (
            "tchau; "
            "obrigado; obrigada; muito obrigado; muito obrigada; valeu; perfeito; ótimo; óptimo; excelente; muito bem; "
            "ok; certo; tudo bem; combinado; olá; oi; bom dia; boa tarde; boa noite; de nada; entendido; entendi; "
            "claro; com certeza; sem problema; sem problemas; é tudo; só isso; isso é tudo; mais nada; um momento; "
            "um abraço; parece bem; anotado; continue; até logo; mais alguma; faz sentido; lamento; disponha; imagina; "
            "legal; beleza"
        ),
        Cue.NARRATION: (
            "vou; deixe-me; deixa-me; primeiro; a seguir; em seguida; estou verificando; estou a verificar; verifico; "
            "vamos ver; começo; eu cuido; trato disso; nada de anormal; nada incomum; como esperado; "
            "estou consultando; já vejo; estou a consultar; já volto; procuro; volto; dou retorno; vou procurar; "
            "te aviso; aviso-te; continuo"
        ),
        Cue.SCOPE: (
            "sempre; nunca; jamais; toda vez; todas as vezes; cada vez; a partir de; a partir do; de agora; daqui em; "
            "daqui para; daqui por; doravante; desde já; no futuro; por padrão; por omissão; por norma; por regra; "
            "como regra; em geral; de modo geral; em todo; em todos; em todas; em nenhum; em nenhuma; em hipótese; "
            "sob nenhuma; de forma alguma; de jeito nenhum; de maneira nenhuma; sem exceção; sem exceções; até que; "
            "até ordem; até segunda; a menos; a não; salvo se; aconteça o; enquanto; em cada; para cada; a cada; "
            "após cada; depois de cada; antes de cada; para todo; para todos; para todas; este projeto; deste projeto; "
            "neste projeto; esta conversa; nesta conversa; desta conversa; desta sessão; nesta sessão; "
            "este repositório; resto da; resto do; restante; sempre que; sistematicamente; permanentemente; "
            "constantemente; invariavelmente; em qualquer; para qualquer; tenha em mente; tem em conta; "
            "tenha em conta; leve em conta; leve isso em; lembre-se de; lembre-se que; lembra-te que; lembra-te de; "
            "de hoje em"
        ),
        Cue.QUANTIFIER: (
            "cada; todo; todos; toda; todas; tudo; nenhum; nenhuma; nada; ninguém; só; somente; apenas; unicamente; "
            "exclusivamente; qualquer; quaisquer; no máximo; no mínimo; máximo; mínimo; pelo menos; mais de; menos de; "
            "sem; quando me; quando um; quando uma; quando houver; se um; se uma; se me; se houver; se você; "
            "quando você; antes de; depois de; estritamente; nem"
        ),
        Cue.ORDER: (
            "certifique-se; certifica-te; garanta que; garante que; quero que; preciso que; gostaria que; queria que; "
            "espero que; peço que; procure; procura; tenha cuidado; tem cuidado; lembre-se; lembra-te; não esqueça; "
            "não se esqueça; limite-se; limita-te; atenha-se; tenha em; tem em; leve em; leve isso; prefiro que; "
            "faça com; cuide para; me responda; me avise; me chame; você responde; que seja; que sejam; trate de"
        ),
        Cue.BAN: (
            "não deve; não devem; não deves; não se deve; não se pode; não se podem; não pode; não podes; não podem; "
            "nunca deve; nunca devem; proibido; proibida; proibidos; proibidas; proíbo; não quero; não queremos; "
            "em hipótese; sob nenhuma; de forma alguma; de jeito nenhum; de maneira nenhuma; em nenhum; evite; evita; "
            "evitar; abstenha-se; não permitido; não é permitido; nada de; ninguém deve; ninguém pode; inaceitável; "
            "vedado; nem pense; sem minha; sem a minha; sem meu; sem o meu; sem perguntar; sem consultar; pare de; "
            "deixe de; é para não; pare de usar; para de usar; nunca mais; nem pensar; não volte a"
        ),
        Cue.DUTY: (
            "deve; devem; deves; deverá; deverão; deveria; deveriam; devia; tem que; tem de; têm que; têm de; tens de; "
            "tens que; é preciso; há que; obrigatório; obrigatória; obrigatoriamente; imprescindível; necessário; "
            "necessária; indispensável; exige; requer; alérgico; alérgica; alergia; vegetariano; vegetariana; vegano; "
            "vegana; celíaco; celíaca; só pode; só podem; fique; fiquem; inegociável; seja; sejam; terá de; terá que; "
            "terás de; terão de; terão que"
        ),
        Cue.CONDITION: (
            "quando; se; antes; depois; após; até; a menos; salvo; sempre que; cada vez; enquanto; caso; assim que; "
            "logo que; uma vez"
        ),
        Cue.PREFERENCE: (
            "prefiro; preferimos; preferia; preferiria; preferência; de preferência; gosto; não gosto; adoro; odeio; "
            "detesto; melhor; acostumado; acostumada; habituado; habituada; não suporto; convém; quero; gostaria; "
            "usamos; nós usamos; me incomoda; me incomodam; podem; se pode; é permitido; aqui nunca; aqui não; "
            "aqui sempre; nós nunca; nós sempre; a gente nunca; a gente sempre; nunca se; sempre se; não se; "
            "são sempre; é sempre; não como; não bebo; não tomo"
        ),
        Cue.MANNER: (
            "resposta; respostas; responder; responda; responde; respondas; tom; estilo; formato; formatação; idioma; "
            "língua; ortografia; português; inglês; francês; alemão; espanhol; italiano; russo; chinês; trate-me; "
            "trata-me; tratar-me; por tu; por você; marcadores; tópicos; parágrafo; parágrafos; emoji; emojis; "
            "unidades; métrico; métrica; métricas; imperiais; celsius; moeda; fuso; decimais; arredonde; arredondado; "
            "commits; branches; exemplos; fontes; citações; abreviações; abreviaturas; siglas; jargão; gírias; "
            "anglicismos; formal; informal; educado; conciso; concisa; concisas; breve; breves; curto; curta; curtas; "
            "detalhado; detalhada; frases; palavras; linhas; confirmação; permissão; aprovação; autorização; "
            "consentimento; perguntar; pelo nome; primeiro nome; me chame; chame-me; chama-me; passo a passo; "
            "mensagens; produção; dependências; senhas; palavras-passe; palavra-passe; senha; confidenciais; "
            "confidencial; pessoais; assinatura; desculpas; aspas; travessões; maiúsculas; em json; como json; "
            "em tabela; em tabelas; branch principal; me pergunte; pergunte-me; brevemente; variáveis; os horários; "
            "as horas; as datas; de datas"
        ),
        Cue.ONCE: (
            "nunca tive; nunca tivemos; nunca recebi; nunca recebemos; nunca houve; nunca foi; nunca chegou; "
            "nunca funcionou; nunca vi; nunca me; agora; hoje; desta vez; dessa vez; esta noite; amanhã; ontem; "
            "por enquanto; por agora; outra vez; mais uma; rapidamente; rápido; esta manhã; hoje à; pode; podes; "
            "poderia; podia; preciso; era; eram; tinha; tive; recebi; último; última; passado; passada; "
            "excepcionalmente; se preocupe; te preocupes; hesite; semana; até agora; me diga; diz-me; diga-me; "
            "um momento; neste momento; deve ser; devem ser; deve estar; deve ter; devia ser; talvez; provavelmente; "
            "parece; pelo visto; ao que parece; se calhar"
        ),
        Cue.PERMISSION: (
            "pode; podes; podem; permitido; permitidos; liberado; liberada; tudo bem; livre; tanto faz; "
            "quando quiser; como quiser; não me importo; à vontade; sem problema"
        ),
        Cue.RELEASE: (
            "já não precisa; já não precisas; já não é; já não preciso; já não vale; já não se; não precisa mais; "
            "não precisas mais; não é mais; não vale mais; não se aplica; não há mais; não quero mais; não é preciso; "
            "não é necessário; deixa de ser; esqueça a; esqueça o; esqueça minha; esqueça meu; esqueça aquela; "
            "esquece a; esquece o; esquece minha; ignore a; ignore o; ignore minha; ignora a; ignora o; pode voltar; "
            "podes voltar; pode novamente; pode parar; podes parar; pare de; para de; deixe de; retiro a; retiro o; "
            "retiro o que; volte a; volta a; voltamos a; de novo permitido; novamente permitido; outra vez permitido; "
            "sem efeito; fica anulada; fica sem; está liberado; está liberada; liberado; liberada; revogada; revogo; "
            "suspenso; suspensa; já pode; já podes; esqueça tudo; agora pode; agora podes; já podem; voltam a; "
            "volta a ser; voltam a ser; não vale; não valem; não valem mais; deixa de valer; deixou de; pode esquecer; "
            "podes esquecer; pode ignorar; pode parar com; pode deixar; podes deixar; retiro; me retrato; volto atrás; "
            "já não importa; não importa mais; não é necessário mais; não é preciso mais; não precisa; não precisas; "
            "não precisa de; não tem que; não tem mais; não têm mais; não preciso mais; como quiser; como quiseres; "
            "como preferir; à vontade; como antes; acabou; caiu; está suspensa; perdeu a validade; perde a validade; "
            "dispensado; dispensada; já se pode; de novo se; pode pegar; aquilo de; aquela história; não serve mais; "
            "não servem mais; não me serve; não me servem; não gosto mais; já não gosto; me cansa; me cansam; "
            "me irrita; não se aplica mais"
        ),
    },
    verbs=(
        "use; usa; utilize; utiliza; empregue; escreva; escreve; redija; responda; responde; mantenha; mantém; faça; "
        "faz; dê; dá; mostre; mostra; exiba; pergunte; pergunta; diga; diz; fale; fala; formule; formate; formata; "
        "resuma; resume; comece; começa; termine; termina; adicione; adiciona; acrescente; acrescenta; coloque; "
        "coloca; ponha; põe; deixe; deixa; tome; revise; reveja; revê; verifique; verifica; confira; confere; teste; "
        "testa; execute; executa; rode; roda; corre; lance; avise; avisa; notifique; notifica; informe; informa; "
        "arredonde; arredonda; calcule; calcula; traduza; traduz; cite; cita; confirme; confirma; espere; espera; "
        "aguarde; aguarda; envie; envia; mande; manda; guarde; guarda; salve; salva; grave; grava; apague; apaga; "
        "exclua; elimine; elimina; remova; remove; mude; muda; altere; altera; modifique; modifica; renomeie; "
        "renomeia; crie; cria; gere; gera; suba; construa; compre; compra; peça; pede; reserve; reserva; cancele; "
        "cancela; reembolse; reembolsa; explique; explica; liste; lista; enumere; justifique; limite; limita; trate; "
        "trata; considere; considera; respeite; respeita; siga; segue; lembre; lembra; anote; anota; chame; chama; "
        "proponha; propõe; recomende; recomenda; sugira; sugere; escolha; escolhe; priorize; prioriza; indique; "
        "indica; especifique; especifica; mencione; menciona; inclua; inclui; anexe; anexa; busque; busca; procure; "
        "procura; encontre; encontra; olhe; olha; leia; lê; corrija; corrige; conserte; conserta; arranje; prepare; "
        "prepara; planeje; planeie; apresente; apresenta; assine; assina; aplique; aplica; converta; converte; "
        "documente; documenta; abra; abre; feche; fecha; substitua; substitui; exporte; exporta; importe; importa; "
        "compare; compara; analise; analisa; examine; examina; transfira; transfere; contate; contacte; contacta; "
        "implante; entregue; entrega; ative; ativa; desative; desativa; baixe; descarregue; mova; move; copie; copia; "
        "ordene; oculte; oculta; consulte; consulta; arquive; arquiva; publique; publica; pague; paga; seja; tenha; "
        "tem; evite; leve; leva; atualize; atualiza; complete; completa; ajuste; ajusta; atribua; implemente; "
        "implementa; repita; devolva; assegure; certifique; certifica; garanta; garante; agende; agenda; marque; "
        "marca; separe; separa; traga"
    ),
    not_verbs=(
        "toque; esqueça; compartilhe; partilhe; revele; divulgue; invente; suponha; assuma; ultrapasse; exceda; "
        "reinicie; sobrescreva; gaste; aceite; volte; faças; dês; sejas; ponhas; digas; mexa; mexas; comente"
    ),
    forms=(
        "(?:us|utiliz|escrev|respond|mant|faz|mostr|pergunt|fal|resum|comec|termin|adicion|acrescent|coloc|deix|"
        "verific|test|execut|avis|notific|inform|arredond|traduz|cit|confirm|aguard|envi|mand|guard|salv|apag|elimin|"
        "remov|alter|modific|renome|cri|ger|reserv|cancel|explic|list|limit|respeit|segu|propo|indic|mencion|inclu|"
        "busc|procur|corrig|prepar|apresent|assin|aplic|convert|document|substitu|export|analis|evit|consult|prioriz|"
        "trat)[aei]?(?:ar|er|ir)"
    ),
    # The familiar subjunctive of Portugal, and the infinitive that forbids.
    not_forms=(
        r"^(?!(?:pod|er|sab|quer|dev|precis|v|pens|entend|tens|antes|todas|outras|muitas|estas|mais|apenas|nas|"
        r"das)\w*$)\w{2,}[ea]s|\w{2,}(?:ar|er|ir)|"
        # Of these verbs the form of who is told something is no form that tells.
        r"^(?!(?:porque|parque|bosque|(?:con|per|pros?)?s[ei]gue|serie|especie|superficie)$)\w{2,}(?:[cs]ione|ie|gue|que)m?"
    ),
    clitics="-(?:me|nos|te|se|lhe|lhes|o|a|os|as|lo|la|los|las|no|na)",
    bans="evite; evita; evitar; proibido; abstenha-se; pare de; deixe de; tampouco",
    nones="nada; nenhum; nenhuma; ninguém; sem; nem",
    nots="não; nao; nunca; jamais",
    leads=(
        "por; favor; e; então; depois; ok; bom; olá; oi; obrigado; obrigada; sim; mas; só; somente; apenas; "
        "unicamente; sempre; a; partir; de; do; agora; em; diante; hoje; desde; já; daqui; para; frente; doravante; o; "
        "futuro; resto; restante; desta; conversa; sessão; projeto; deste; neste; nesta; todo; todos; os; todas; as; "
        "casos; geral; norma; regra; como; lembrete; importante; nota; também; além; disso; outra; coisa; mais; uma; "
        "primeiro; segundo; terceiro; me; te; nos; lhe; lhes; se; pode; podes; poderia; você; aqui; padrão; bem; "
        "perfeito; ótimo; melhor; simplesmente; sistematicamente; restrição; toda; vez; tu; finalmente; no; na; nos; "
        "pelo; da; ao; que; deve; tem; isso"
    ),
    values={
        "form of name": "pelo nome/primeiro nome/meu nome; sobrenome/sobrenomes/apelido/último nome",
        "daypart": "manhã/manhãs; tarde/tardes; noite/noites",
        "seat": "corredor; janela",
        "transport": "trem/comboio; avião/voo/voos; ônibus/autocarro; carro; táxi; balsa",
        "language": (
            "português; inglês; francês; alemão; espanhol; italiano; russo; chinês; japonês; árabe; coreano; "
            "polonês/polaco"
        ),
        "unit": (
            "métrico/métrica/métricas/métricos/celsius/quilômetros/quilómetros; imperial/imperiais/fahrenheit/milhas"
        ),
        "currency": "euro/euros/eur; dólar/dólares/usd; real/reais/brl; libra/libras",
        "day": (
            "segunda/segunda-feira/segundas; terça/terça-feira/terças; quarta/quarta-feira/quartas; "
            "quinta/quinta-feira/quintas; sexta/sexta-feira/sextas; sábado/sábados; domingo/domingos; "
            "diário/diariamente; semanal/semanalmente; mensal/mensalmente"
        ),
        "format": (
            "json; yaml; xml; csv; markdown; html; tópicos/marcadores; tabela/tabelas; parágrafo/parágrafos/prosa; "
            "texto"
        ),
        "zone": "utc/gmt; brt; cet; local",
        "length": (
            "breve/breves/curto/curta/curtas/conciso/concisa/concisas; "
            "longo/longa/longas/detalhado/detalhada/detalhadas/extenso"
        ),
        "tone": "formal/profissional; informal/coloquial/descontraído; divertido/engraçado; neutro/sóbrio",
        "indentation": "tabulações/tabs; espaços",
        "number": (
            "dois; duas; três; quatro; cinco; seis; sete; oito; nove; dez; doze; quinze; vinte; trinta; cinquenta; cem"
        ),
    },
    synonyms=(
        "answer/resposta/respostas/responda/responde/respondas/escreva/escreve/fale; "
        "message/mensagem/mensagens/e-mail/e-mails/email/emails; orçamento/custo/custos/gasto/gastos/teto/preço; "
        "prazo/data/entrega; contato/contacto/responsável; hora/horas/horário/horários; teste/testes; "
        "arquivo/arquivos/ficheiro/ficheiros; commit/commits; apague/apagar/exclua/excluir/elimine/eliminar/remova; "
        "implantação/implantações/deploy/deploys; permissão/aprovação/autorização/confirmação/consentimento; "
        "reunião/encontro; emoji/emojis; unidade/unidades; tópicos/listas; senha/senhas/palavra-passe/palavras-passe; "
        "called/me chame/chame-me/chama-me/chame/chama/título/apelido/nome"
    ),
    reasons=(
        r"(?:porque|já que|uma vez que|visto que|dado que|pois\b|senão\b|para que|de modo que|caso contrário|é que)"
    ),
    before_old=(
        r"\b(?:e )?não(?: (?:o|a|os|as|no|na|ao|em|de|do|da))?|em vez d[eoa]|ao invés d[eoa]|já não(?: é| são)?(?: o|"
        r" a)?|esque(?:ce|ça)(?: o| a)?|\bera|\bnão era(?: o| a)?|(?:pass|mud|adi|antecip|transfer|remarc|"
        r"alter)\w+ d[eoa]|substitui o?"
    ),
    after_old=(
        "já não|não (?:vale|é) mais|(?:é|está) (?:fals[oa]|incorret[oa]|errad[oa]|obsolet[oa]|anulad[oa]|de (?:férias|"
        "licença))|era (?:um erro|engano)|estava errad[oa]|saiu"
    ),
    aside_old="(?:e |mas )?não(?: (?:o|a|os|as|no|na|ao|em|de|do|da))?|em vez d[eoa]|ao invés d[eoa]|já não",
    everything=r"\b(?:todas?|todos)\b.{0,24}\b(?:regras|normas|instruções|restrições|preferências)\b",
    consents=(
        r"sim\b|(?:não|nao|ok|okay|claro|certo|pode ser|de acordo|combinado|perfeito|faça isso|faz isso|pode|"
        r"confirmo|confirmado|aprovado|isso|exato|melhor não|prossiga|avança)(?=\s*(?:[,.!;:…–—-]|$))"
    ),
    takes=(
        "(?:então|use|usa|toma|tome|coloque|põe|em vez disso|melhor|é|são|a nova|o novo|o certo|a certa|o correto|"
        r"a correta|por favor)\b"
    ),
    working=(
        r"\b(?:vou|vamos)(?: \w+)?(?: \w+)?[ -]?\w*r\b|\b(?:estou|estamos|sigo|continuo) (?:a \w+r|\w+ndo)\b|(?:^|"
        r"[,;.] |\b(?:e|agora|já|primeiro|depois|te|me|lhe) )(?:procuro|verifico|consulto|trato|cuido|continuo|"
        r"volto|aviso|olho|analiso|preparo|trabalho|começo|examino|investigo|estudo|confiro|vejo|reviso)\b|"
        r"\b(?:procura|verifica|consulta|trata|cuida|continua|volta|avisa|analisa|examina|investiga|envia|fa|ve|"
        r"di)rei\b|\b\w{3,}remos\b|\bem (?:curso|andamento)\b|^(?:vejamos|deix[ae]-me|um momento|um instante|"
        r"só um)\b"
    ),
    told=(
        r"^(?:era )?(?:isso|exatamente) (?:o que|que)|^(?!.*\b(?:ainda não|falta|faltam|queria|gostaria|deveria|devia|"
        r"teria|teríamos|poderia|seria|precisava)\b)(?:.*\b(?:era|eram|estava|estavam|estávamos|havia|tinha|tinham|foi|"
        r"foram|houve|esteve|teve|tive)\b|.*\b\w{2,}(?:ou|aram|eram|iram|amos|emos|imos|ei)\b|"
        r"(?:\S+,? )?(?:(?:já )?(?:entendo|compreendo|vejo|sei|acho|percebo)|isso (?:me|é|está|já|ajuda|explica|soa|"
        "faz|serve)|está (?:assim|bem|certo|claro)|é (?:assim|verdade|curioso)|faz sentido|espero que (?:tudo|dê|"
        r"corra))\b|(?:bom (?:dia|trabalho)|boa (?:tarde|noite)|até (?:logo|amanhã|breve)|tchau|adeus|desculpa|"
        r"desculpe|não faz mal|sem (?:pressa|problema)|ótimo|perfeito|excelente|legal)\b|(?:exatamente|"
        "era (?:exatamente|isso)|está (?:tudo|bom|ótimo)|voltou|parece (?:bom|ótimo|tudo)|podemos (?:encerrar|fechar)|"
        r"é só)\b)"
    ),
    anew=(
        r"\ba partir d|\b(?:de|desde) (?:agora|hoje|já)|\bdaqui|\bdoravante|\bem diante|\bno futuro|\b(?:agora|melhor|"
        r"em vez|ao invés|afinal|no fim das contas|nov[oa]s?|de outr[oa]|diferente)\b"
    ),
    light=(
        "use; usa; utilize; utiliza; escreva; escreve; redija; mantenha; faça; faz; dê; dá; mostre; mostra; diga; "
        "diz; comece; termine; termina; adicione; coloque; ponha; deixe; deixa; tome; pegue; pega; mude; muda; crie; "
        "considere; siga; lembre; escolha; indique; evite; tenha; seja; prefiro; quero; esqueça; regra; norma; forma; "
        "pensei; melhor; serão; será; vão; pode; servem; serve; retiro; partir; passar; coisa; tema; assunto"
    ),
    ends=(
        r"\b(?:já não|não (?:\w+ )?\w+ mais|não é preciso|não é necessári\w|não precisa\w*|de novo|novamente|"
        r"outra vez|acabou|esquece|esqueça|podes? voltar|voltou|voltaram|dispens\w+|suspens\w|sem efeito|"
        r"cancelad\w|já podes?)\b"
    ),
    counted=(
        "coisa; coisas; pergunta; perguntas; nota; notas; detalhe; detalhes; ponto; pontos; observação; "
        "observações; correção; correções; pedido; pedidos"
    ),
    announces=(
        r"(?:(?:e|também|mas|então|só|depois|ok)[ ,]+)*(?:uma?|duas|dois|três|quatro|cinco|algumas|alguns|"
        r"um par de|várias|vários|mais uma?|outra|outro|as seguintes|"
        r"os seguintes) (?:\w+ ){0,2}(?:coisas?|perguntas?|notas?|detalhes?|pontos?|observaç(?:ão|ões)|"
        r"correç(?:ão|ões)|pedidos?)\b[^,;:.!?]{0,40}[.:!]?"
    ),
    lead_in=r"(?:e|ah,? e)[ ,]+(?:(?:uma?|mais|outra|outro)\b[^:.!?]{0,40}: )?",
    refers_back=(
        r"\b(?:com|sobre|para|por|fazer|resolver|arrumar) (?:isso|isto|aquilo)\b|\b(?:disso|disto|nisso|"
        r"nisto)\b|\b(?:resolvê|fazê|arrumá)-l[oa]s?\b"
    ),
)
