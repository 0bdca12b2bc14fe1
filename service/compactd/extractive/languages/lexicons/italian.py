"""Italian."""

from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.language import Language
from compactd.extractive.page import Section

ITALIAN = Language(
    code="it",
    headings={
        Section.INSTRUCTIONS: "Istruzioni permanenti",
        Section.GOALS: "Obiettivi",
        Section.DECISIONS: "Decisioni",
        Section.EVENTS: "Eventi",
        Section.ERRORS: "Errori",
        Section.DETAILS: "Dettagli",
        Section.OPEN: "Richiesta aperta",
    },
    fixed_words={
        FixedWord.DONE: "Fatto",
        FixedWord.FAILED: "Non riuscito",
        FixedWord.UNANSWERED: "Chiamato, ancora senza risultato",
        FixedWord.OTHERS: "Fatto anche",
        FixedWord.CLOSED: "Non più in sospeso",
        FixedWord.REPORTED: "lo strumento {} ha segnalato",
        FixedWord.CALLED: "Chiamato",
        FixedWord.RESULTS: "Risultati di strumenti senza nulla da conservare",
        FixedWord.SILENT: "Messaggi senza nulla da conservare",
        FixedWord.IDENTIFIERS: "Identificatori",
    },
    kinds=(
        "URL; e-mail; percorso; identificativo; hash; versione; data; importo; quantità; errore; comando; "
        "host; nome; numero; simbolo"
    ),
    common=(
        "il; lo; la; i; gli; le; l; un; uno; una; di; del; dello; della; dei; delle; dell; e; è; che; in; nel; nella; "
        "nelle; nei; non; per; con; senza; si; a; al; alla; alle; ai; all; da; dal; dalla; su; sul; sulla; sull; mi; "
        "ti; ci; vi; mio; mia; miei; mie; tuo; tua; tue; tuoi; suo; sua; nostro; nostra; questo; questa; questi; "
        "queste; quel; quello; ma; se; sì; più; già; sono; è; sei; siamo; ha; ho; hai; hanno; puoi; può; deve; devi; "
        "voglio; vorrei; quando; come; cosa; che; sempre; mai; tutto; tutti; tutta; tutte; ogni; nessun; nessuno; "
        "nessuna; solo; o; molto; anche; ora; adesso; fino; prima; dopo; grazie; io; tu; lei; lui; noi; perché; tra; "
        "qui; così; essere; usa; rispondi; era; stato; stata; favore; cui; d; c; niente; qualsiasi; ieri; poi; va; "
        "bene; andiamo; sto; fa; me; ne"
    ),
    cues={
        Cue.SHIFT: (
            "prossimo compito; nuovo compito; prossima attività; nuova attività; passiamo a; passiamo al; "
            "passiamo alla; nuovo obiettivo; obiettivo è; altra cosa; altro argomento; cambio di; cambiato idea; "
            "ho cambiato; dimentica il; dimentica la; lascia perdere; lascia stare; nuovo piano; nuova priorità; "
            "al posto di; invece di; è a posto; è fatto; è finito; secondo compito; adesso mi serve; ora mi serve; "
            "le priorità sono; lasciamo perdere"
        ),
        Cue.CORRECTION: (
            "no non; "
            "in realtà; anzi; correzione; correggo; rettifica; rettifico; invece di; invece; al posto; piuttosto che; "
            "mi sono sbagliato; sono sbagliato; sono sbagliata; sbagliato; sbagliata; volevo dire; intendevo; non più; "
            "non è più; bensì; ma non; e non; cambiato; cambiata; cambia in; cambiata in; è diventato; è diventata; "
            "adesso è; ora è; ora sono; passa a; passa da; passato a; passata a; spostato; spostata; rinviato; "
            "rinviata; rimandato; rimandata; posticipato; posticipata; anticipato; anticipata; sostituito; sostituita; "
            "dimentica; obsoleto; superato; annullato; refuso; confuso; confusa; errore mio; scusa è; "
            "scusa sono; scusa volevo; scusi è; in ferie; "
            "in congedo; non era; non è; aggiornamento; rivisto; alla fine; modificato; modificata; slittato; "
            "slittata; meglio dire; d'ora in; da ora; da oggi; da adesso; diversamente; in modo diverso; in altro modo"
        ),
        Cue.DECISION: (
            "deciso; decidiamo; abbiamo deciso; decisione; andiamo con; useremo; usiamo; prendiamo; teniamo; "
            "concordato; concordato; accordo; scelto; scelta; scegliamo; approvato; approvata; confermato; confermata; "
            "optiamo; optato; stabilito; definitivo; definitiva; adottiamo; restiamo su; siamo d'accordo; si fa"
        ),
        Cue.CONSTRAINT: (
            "deve; devono; devi; bisogna; occorre; vanno; mai; sempre; solo; soltanto; solamente; unicamente; "
            "al massimo; al minimo; almeno; massimo; minimo; limite; tetto; scadenza; termine; prima; entro; fino; "
            "budget; senza; obbligatorio; obbligatoria; indispensabile; vietato; vietata; permesso; consentito; evita; "
            "eviti; evitare; assicurati; si assicuri; fai in; allergico; allergica; allergia; vegetariano; "
            "vegetariana; preferisco; preferirei; mi piacerebbe; vorrei; voglio; rigorosamente; richiede; necessario; "
            "al più tardi; scade; esclusivamente; promesso; compatibile; non può; non possono"
        ),
        Cue.ERROR: (
            "non ho mai; non ha mai; non abbiamo mai; non hanno mai; non è mai; errore; errori; eccezione; fallito; "
            "fallita; fallisce; falliscono; fallimento; guasto; rotto; rotta; problema; bloccato; bloccata; rifiutato; "
            "rifiutata; respinto; negato; causa; colpevole; non valido; non valida; conflitto; regressione; perdita; "
            "corrotto; non trovato; non trovata; non funziona; crash; scaduto; bug; va in"
        ),
        Cue.OUTCOME: (
            "corretto; corretta; risolto; risolta; sistemato; sistemata; creato; creata; aperto; aperta; rilasciato; "
            "prenotato; prenotata; rimborsato; rimborsata; annullato; annullata; cancellato; aggiornato; aggiornata; "
            "fatto; fatta; pronto; pronta; finito; terminato; completato; completata; trovato; trovata; aggiunto; "
            "aggiunta; rimosso; rimossa; eliminato; eliminata; sostituito; installato; configurato; migrato; motivo; "
            "successo; inviato; inviata; salvato; salvata; pubblicato; rinominato; rinominata; pagato; pagata; "
            "spedito; consegnato; totale; esportato; esportata; generato; generata; ammonta; funziona adesso; "
            "ora funziona; scritto; effettuato; effettuata"
        ),
        Cue.REQUEST: (
            "per favore; per piacere; per cortesia; puoi; può; potresti; potrebbe; mi serve; ci serve; ho bisogno; "
            "abbiamo bisogno; mi servirebbe; ti chiedo; le chiedo; ti prego; la prego; riesci a; voglio che; "
            "vorrei che; cortesemente; gentilmente; mi trovi; mi fai; mi mandi; mi passi; mi dici; mi cerchi; "
            "mi prepari; sarebbe così; saresti così; così gentile; sarebbe possibile; si può; ti dispiace; "
            "le dispiace; ti va; mi daresti; mi faresti; guarda"
        ),
        Cue.GOAL: (
            "ho bisogno; abbiamo bisogno; mi serve; ci serve; vorrei; vorremmo; voglio; vogliamo; mi piacerebbe; "
            "aiutami; aiutaci; mi aiuti; aiutarmi; aiuto con; aiuto per; cerco; cerchiamo; sto cercando; "
            "mio obiettivo; obiettivo è; il compito; tuo compito; si tratta di; sto provando; stiamo cercando; "
            "l'idea è; dobbiamo; devo; manca; mancano; mi manca; ci manca; resta da; restano da; resta; rimane da; "
            "rimangono da; rimane; bisogna; bisognerebbe; dovremmo; dovrei; occorre; occorrerebbe; ci vorrebbe; "
            "ci vuole; mi farebbe; ci farebbe; farebbe comodo; sarebbe utile; sarebbe bello; sarebbe meglio; "
            "mi interessa; vorrei sapere; mi chiedo; adesso tocca; ora tocca; tocca a; aspetto ancora; sto aspettando; "
            "non dimenticare; non dimenticarti; non scordare; mi bastano; mi basta; basterebbe; sarebbe perfetto"
        ),
        Cue.WITHDRAWAL: (
            "aspetta; aspetti; non ancora; per ora no; non adesso; non ora; lascia perdere; lascia stare; "
            "lasci perdere; non importa; fa niente; non serve; annulla tutto; in sospeso; in attesa; fermati; "
            "si fermi; meglio di no; stop"
        ),
        Cue.ASIDE: (
            "a proposito; inoltre; tra l'altro; nota; attenzione; tieni presente; tenga presente; tieni a; ricorda; "
            "ricordati; non dimenticare; importante; anche; altra cosa; una cosa; per inciso; fra l'altro; "
            "per la cronaca; sappi che; tieni conto; per tua"
        ),
        Cue.CHATTER: (
            "arrivederci; "
            "grazie; grazie mille; molte grazie; perfetto; ottimo; benissimo; va bene; d'accordo; ok; ciao; "
            "buongiorno; buonasera; salve; prego; di nulla; figurati; capito; ricevuto; certo; certamente; "
            "nessun problema; è tutto; basta così; nient'altro; un momento; un attimo; buona giornata; suona bene; "
            "preso nota; continua; avanti; altro; ha senso; mi dispiace; volentieri; eccellente; fantastico; bravo; "
            "esitare"
        ),
        Cue.NARRATION: (
            "fammi; mi faccia; prima di tutto; per prima; poi; sto controllando; controllo; vediamo; guardo; comincio; "
            "inizio; me ne occupo; ci penso; niente di strano; niente di anomalo; come previsto; adesso guardo; "
            "sto consultando; do un'occhiata; un attimo; verifico; ti faccio; le faccio; faccio sapere; cerco ancora; "
            "torno; continuo; ti aggiorno; do uno"
        ),
        Cue.SCOPE: (
            "sempre; mai; ogni volta; tutte le volte; d'ora in; da ora in; da adesso; da oggi; da questo momento; "
            "in futuro; per il futuro; da qui; a partire; di default; per impostazione; di regola; di norma; "
            "in generale; in genere; in ogni; in tutti; in tutte; in nessun; in nessuna; per nessun; per nessuna; "
            "senza eccezioni; senza eccezione; finché non; fino a nuovo; fino a quando; a meno; salvo che; "
            "qualunque cosa; qualsiasi cosa; a ogni; ad ogni; per ogni; dopo ogni; prima di ogni; per tutto; "
            "per tutti; per tutte; questo progetto; questa conversazione; questa sessione; questa chat; "
            "questo repository; resto della; resto del; resto di; sistematicamente; costantemente; invariabilmente; "
            "in qualsiasi; in qualunque; ovunque; dappertutto; tieni presente; tenga presente; tieni conto; "
            "tienine conto; tenga conto; tieni a mente; ricorda che; ricordati che; una volta per; d'ora innanzi; "
            "permanentemente; ogniqualvolta"
        ),
        Cue.QUANTIFIER: (
            "ogni; tutto; tutti; tutta; tutte; nessun; nessuno; nessuna; niente; nulla; solo; soltanto; solamente; "
            "unicamente; esclusivamente; qualsiasi; qualunque; al massimo; al minimo; massimo; minimo; almeno; più di; "
            "meno di; senza; quando mi; quando un; quando una; quando c'è; se un; se una; se mi; se ti; se c'è; "
            "prima di; dopo aver; né; rigorosamente; quando citi"
        ),
        Cue.ORDER: (
            "assicurati; si assicuri; voglio che; vorrei che; ho bisogno che; mi aspetto; ti chiedo; le chiedo; "
            "fai in modo; faccia in modo; fai attenzione; faccia attenzione; stai attento; ricorda di; ricordati; "
            "si ricordi; non dimenticare; limitati; si limiti; attieniti; si attenga; tieni presente; tenga presente; "
            "tieni conto; tienine conto; tieni a; preferisco che; devi; cerca di; bada a; mi raccomando; mi rispondi; "
            "mi scrivi; che sia; che siano; mi piacerebbe che; mi farebbe piacere; gradirei che"
        ),
        Cue.BAN: (
            "non deve; non devono; non devi; non si deve; non si devono; non si può; non si possono; non puoi; "
            "non può; non possono; non bisogna; non va; non vanno; vietato; vietata; vietati; vietate; proibito; "
            "proibita; divieto; non voglio; non vogliamo; in nessun; per nessun; per nessuna; evita; eviti; evitare; "
            "astieniti; si astenga; non permesso; non è permesso; non è consentito; niente; nessuno deve; nessuno può; "
            "inaccettabile; senza il mio; senza la mia; senza la nostra; senza il nostro; senza chiedere; "
            "senza chiedermi; guai a; non toccare; smetti di; mai più; smettila di; la smetta di; basta con; mai e poi"
        ),
        Cue.DUTY: (
            "deve; devono; devi; dovrà; dovranno; dovresti; dovrebbe; dovrebbero; bisogna; occorre; vanno; "
            "obbligatorio; obbligatoria; obbligatoriamente; indispensabile; necessario; necessaria; richiesto; "
            "richiede; allergico; allergica; allergia; vegetariano; vegetariana; vegano; vegana; celiaco; celiaca; "
            "può solo; possono solo; resti; restino; siano; non negoziabile; tassativo; tassativamente; hai l'obbligo"
        ),
        Cue.CONDITION: (
            "quando; se; dopo; una volta; finché; a meno; salvo; ogni volta; mentre; in caso; nel caso; appena; "
            "qualora; ogniqualvolta"
        ),
        Cue.PREFERENCE: (
            "preferisco; preferiamo; preferirei; preferenza; preferibilmente; mi piace; mi piacciono; non mi piace; "
            "non mi piacciono; adoro; odio; detesto; meglio; abituato; abituata; non sopporto; voglio; vorrei; usiamo; "
            "noi usiamo; mi dà fastidio; danno fastidio; ci tengo; possono; si può; si possono; è permesso; da noi; "
            "noi non; noi mai; noi sempre; non si; si scrive; si scrivono; si usa; si usano; è sempre; sono sempre; "
            "non mangio; non bevo; non prendo; mi piacerebbe"
        ),
        Cue.MANNER: (
            "risposta; risposte; rispondere; rispondi; risponda; tono; stile; formato; formattazione; lingua; "
            "ortografia; italiano; inglese; francese; tedesco; spagnolo; portoghese; russo; cinese; del tu; del lei; "
            "darmi del; dammi del; mi dia; elenchi; elenco puntato; elenchi puntati; paragrafo; paragrafi; emoji; "
            "unità; metrico; metriche; metrica; imperiali; celsius; valuta; fuso; decimali; arrotonda; arrotondato; "
            "commit; branch; esempi; fonti; fonte; citazioni; abbreviazioni; sigle; gergo; anglicismi; formale; "
            "informale; cortese; educato; conciso; concisa; concise; breve; brevi; corto; corte; dettagliato; "
            "dettagliate; frasi; parole; righe; conferma; permesso; approvazione; autorizzazione; consenso; chiedere; "
            "chiedermi; chiedimi; per nome; chiamami; mi chiami; passo passo; passo per; messaggi; produzione; "
            "dipendenze; password; riservati; riservato; riservate; confidenziale; personali; firma; scuse; "
            "virgolette; trattini; maiuscole; in json; come json; in tabella; in tabelle; branch principale; avvisami; "
            "brevemente; variabili; gli orari; le ore; le date; delle date; i commit"
        ),
        Cue.ONCE: (
            "non ho mai; non ha mai; non abbiamo mai; non hanno mai; non hai mai; non è mai; adesso; ora; oggi; "
            "stavolta; questa volta; stasera; domani; ieri; per ora; per adesso; ancora una; una sola; velocemente; "
            "subito; stamattina; questo pomeriggio; puoi; potresti; potrebbe; ho bisogno; mi serve; era; erano; aveva; "
            "ho avuto; ho ricevuto; mai ricevuto; ultimo; ultima; scorso; scorsa; eccezionalmente; ti preoccupare; "
            "si preoccupi; esitare; settimana; finora; dimmi; aiutami; procedi; mi aiuti; deve essere; devono essere; "
            "dev'essere; deve esserci; sarà il; sarà la; forse; probabilmente; sembra; pare; a quanto pare; può darsi; "
            "non ci si può"
        ),
        Cue.PERMISSION: (
            "puoi; può; possono; permesso; permessi; ammesso; ammessi; va bene; libero; liberi; fa lo stesso; "
            "quando vuoi; come vuoi; fai pure; pure"
        ),
        Cue.RELEASE: (
            "non serve più; non servono più; non è più; non devi più; non deve più; non c'è più; non vale più; "
            "non occorre più; non si applica; non bisogna più; non voglio più; non è necessario; non è obbligatorio; "
            "non è obbligatoria; dimentica la; dimentica il; dimentica quello; dimentica quella; dimentica le; "
            "dimentichi la; dimentichi il; ignora la; ignora il; ignora quello; ignora quella; puoi tornare; "
            "può tornare; puoi di nuovo; puoi smettere; può smettere; puoi ricominciare; smetti di; smetta di; "
            "ritiro la; ritiro quello; torna a; torniamo a; torni a; di nuovo permesso; di nuovo consentito; "
            "di nuovo libero; nuovamente consentito; lascia perdere; decade; revoco; revocata; come non detto; "
            "senza più; puoi anche; annullo la; dimentica tutto; fare di nuovo; ora puoi; adesso puoi; ora può; "
            "adesso può; di nuovo ammessi; di nuovo ammesse; di nuovo ammesso; di nuovo permessi; di nuovo accettati; "
            "di nuovo accettate; di nuovo possibile; tornano a; torna a essere; smettere con; smettere di; "
            "puoi lasciare; può lasciare; puoi dimenticare; può dimenticare; puoi ignorare; puoi evitare; "
            "non conta più; non contano più; non valgono più; non serve; non servono; non importa più; non devi; "
            "non occorre; ritiro; mi rimangio; annullo; annullata; annullato; abolita; abolito; sospesa; sospeso; "
            "senza effetto; come vuoi; come preferisci; come vuole; a piacere; come prima; basta con; prendilo pure; "
            "fai pure; faccia pure; usa pure; usali pure; esonerato; si può di nuovo; si possono di nuovo; non mi va; "
            "non mi vanno; non mi piace più; non mi piacciono più; non mi convince; non mi convincono; mi stanca; "
            "mi stancano; non fa per me; non si applica più; è caduta; è caduto; cade"
        ),
    },
    verbs=(
        "usa; usi; usate; utilizza; utilizzi; utilizzate; scrivi; scriva; scrivete; redigi; rispondi; risponda; "
        "rispondete; mantieni; mantenga; tieni; tenga; resta; fai; fa'; faccia; fate; dai; dia; mostra; mostri; "
        "mostrate; chiedi; chieda; chiedete; di'; dica; parla; parli; formula; formatta; formatti; riassumi; riassuma; "
        "inizia; inizi; comincia; cominci; termina; termini; finisci; aggiungi; aggiunga; aggiungete; metti; metta; "
        "mettete; lascia; lasci; prendi; prenda; controlla; controlli; controllate; verifica; verifichi; verificate; "
        "prova; provi; testa; esegui; esegua; lancia; avvia; avvisa; avvisi; notifica; notifichi; informa; informi; "
        "arrotonda; arrotondi; calcola; calcoli; traduci; traduca; cita; citi; conferma; confermi; aspetta; attendi; "
        "attenda; invia; invii; inviate; manda; mandi; mandate; spedisci; salva; salvi; conserva; conservi; cancella; "
        "cancelli; elimina; elimini; rimuovi; rimuova; cambia; cambi; modifica; modifichi; rinomina; rinomini; crea; "
        "crei; create; genera; generi; carica; carichi; costruisci; compra; ordina; ordini; prenota; prenoti; annulla; "
        "annulli; rimborsa; rimborsi; spiega; spieghi; elenca; elenchi; giustifica; limita; limiti; tratta; tratti; "
        "considera; consideri; rispetta; rispetti; segui; segua; ricorda; ricordi; annota; annoti; segna; chiama; "
        "chiami; rivolgiti; proponi; proponga; consiglia; consigli; raccomanda; suggerisci; suggerisca; scegli; "
        "scelga; privilegia; indica; indichi; specifica; specifichi; menziona; includi; includa; allega; alleghi; "
        "cerca; cerchi; trova; trovi; guarda; guardi; leggi; legga; correggi; corregga; sistema; sistemi; ripara; "
        "prepara; prepari; pianifica; pianifichi; presenta; presenti; firma; firmi; applica; applichi; converti; "
        "converta; documenta; documenti; apri; apra; chiudi; chiuda; sostituisci; sostituisca; esporta; esporti; "
        "importa; importi; confronta; confronti; analizza; analizzi; esamina; esamini; trasferisci; contatta; "
        "contatti; distribuisci; rilascia; consegna; attiva; attivi; disattiva; disattivi; scarica; sposta; sposti; "
        "copia; copi; nascondi; consulta; consulti; archivia; archivi; pubblica; pubblichi; paga; paghi; sii; sia; "
        "abbi; abbia; vai; vada; aggiorna; aggiorni; completa; completi; assegna; implementa; implementi; ripeti; "
        "restituisci; dammi; dimmi; fammi; dammelo; dillo; fallo; stammi; assicura; limitati; programma; fissa; "
        "separa; premetti; evidenzia"
    ),
    not_verbs=(
        "usiate; tocchi; toccate; dimentichi; condivida; condividete; riveli; inventi; supponga; superi; riavvii; "
        "riavviate; spenda; accetti; fumi; torni; ripeta"
    ),
    forms=(
        "(?:us|utilizz|scriv|rispond|manten|mostr|chied|parl|riassum|inizi|cominci|termin|aggiung|mett|lasci|controll|"
        "verific|test|esegu|avvis|notific|inform|arrotond|calcol|tradu|cit|conferm|attend|invi|mand|salv|conserv|"
        "cancell|elimin|rimuov|cambi|modific|rinomin|cre|gener|prenot|annull|spieg|elenc|limit|rispett|segu|indic|"
        "menzion|inclu|cerc|corregg|prepar|present|firm|applic|convert|document|sostitu|esport|analizz|evit|consult|"
        "privilegi|tratt)(?:are|ere|ire|rre|dere)"
    ),
    # Whoever is addressed familiarly is forbidden something by an infinitive.
    not_forms=r"\w{2,}(?:are|ere|ire|rre)|\w{2,}[aei]r(?:mi|ti|ci|vi|lo|la|li|le|gli|ne|si)",
    clitics="(?:mi|ti|ci|vi|lo|la|li|le|gli|ne|si|melo|mela|meli|telo|celo|glielo|gliela|cene|mene)",
    bans=(
        "evita; eviti; evitare; vietato; astieniti; smetti di; smetta di; mai più; guai a; divieto; smettila; "
        "smettila di; basta"
    ),
    nones="niente; nessun; nessuno; nessuna; nulla; senza; né; mai",
    nots="non",
    leads=(
        "per; favore; piacere; cortesia; e; poi; allora; quindi; ok; bene; ciao; grazie; sì; ma; solo; soltanto; "
        "solamente; sempre; d; ora; in; avanti; da; adesso; oggi; questo; momento; futuro; il; resto; di; questa; "
        "conversazione; sessione; progetto; tutti; tutte; i; le; casi; generale; norma; regola; promemoria; "
        "importante; nota; anche; inoltre; altra; cosa; una; primo; secondo; terzo; mi; ti; ci; vi; gli; lo; la; si; "
        "me; ne; puoi; potresti; può; potrebbe; tu; lei; qui; default; dopo; perfetto; ottimo; meglio; semplicemente; "
        "sistematicamente; vincolo; ogni; volta; partire; infine; del; della; nel; nella; nei; al; poi; mai; devi; "
        "per; raccomando; prego; gentilmente; più"
    ),
    values={
        "form of name": "per nome/mio nome/nome di battesimo; cognome/cognomi",
        "daypart": "mattina/mattino/mattinata; pomeriggio; sera/serata; notte",
        "seat": "corridoio; finestrino",
        "transport": "treno/treni; aereo/volo/voli; autobus/pullman; macchina/auto; taxi; traghetto",
        "language": (
            "italiano; inglese; francese; tedesco; spagnolo; portoghese; russo; cinese; giapponese; arabo; coreano; "
            "polacco"
        ),
        "unit": "metrico/metrica/metriche/celsius/chilometri; imperiale/imperiali/fahrenheit/miglia",
        "currency": "euro/euros/eur; dollaro/dollari/usd; sterlina/sterline; franco/franchi/chf; yen",
        "day": (
            "lunedì; martedì; mercoledì; giovedì; venerdì; sabato; domenica; quotidiano/quotidianamente; "
            "settimanale/settimanalmente; mensile/mensilmente"
        ),
        "format": (
            "json; yaml; xml; csv; markdown; html; elenchi/elenco; tabella/tabelle; paragrafo/paragrafi/prosa; testo"
        ),
        "zone": "utc/gmt; cet; cest; locale",
        "length": (
            "breve/brevi/corto/corte/conciso/concisa/concise/brevemente; "
            "lungo/lunga/lunghe/dettagliato/dettagliata/dettagliate/esteso"
        ),
        "tone": "formale/professionale; informale/colloquiale/rilassato; divertente/spiritoso; neutro/sobrio",
        "indentation": "tabulazioni/tabulazione; spazi",
        "number": (
            "due; tre; quattro; cinque; sette; otto; nove; dieci; dodici; quindici; venti; trenta; cinquanta; cento"
        ),
    },
    synonyms=(
        "answer/risposta/risposte/rispondi/risponda/rispondere/scrivi/scriva/parla; "
        "message/messaggio/messaggi/mail/email/e-mail; budget/costo/costi/spesa/spese/tetto/prezzo; "
        "scadenza/termine/data/consegna; contatto/referente/responsabile; orario/orari/ore; test; file; commit; "
        "cancella/cancellare/elimina/eliminare/rimuovi; rilascio/rilasci/deploy/distribuzione; "
        "permesso/approvazione/autorizzazione/conferma/consenso; riunione/incontro/appuntamento; emoji; "
        "elenchi/elenco/liste; called/chiamami/titolo/nome/soprannome"
    ),
    reasons=(
        r"(?:perché|perche\b|poiché|dato che|visto che|siccome|altrimenti|in modo (?:che|da)|così (?:che|da)|sennò)"
    ),
    before_old=(
        r"\b(?:e )?non(?: (?:il|la|lo|i|le|a|al|alla|in|di|del|da|su))?|(?:invece|al posto) d(?:i|el|ella|ell')|"
        r"non (?:è|sono) più(?: il| la)?|dimentica(?: il| la| l')?|\bera|\bnon era(?: il| la)?|"
        r"(?:pass|spost|rinvi|rimand|posticip|anticip|cambi|slitt)\w+ da(?:l|lla|lle|gli|i)?|sostituisce(?: il| la)?"
    ),
    after_old=(
        "non (?:è|sono|vale|valgono) più|(?:è|era) (?:sbagliat[oa]|errat[oa]|un (?:errore|refuso)|obsolet[oa]|"
        "superat[oa]|annullat[oa])|è in (?:ferie|congedo)|se n'è andat[oa]|non funziona più"
    ),
    aside_old=(
        "(?:e |ma )?non(?: più)?(?: (?:il|la|lo|i|le|a|al|alla|in|di|del|da|su))?|(?:invece|al posto) d(?:i|el|ella)"
    ),
    everything=r"\b(?:tutte|tutti)\b.{0,24}\b(?:regole|istruzioni|vincoli|indicazioni|preferenze)\b",
    consents=(
        r"sì\b|(?:si|no|ok|okay|va bene|certo|certamente|d'accordo|perfetto|esatto|fallo|lo faccia|procedi|proceda|"
        r"confermo|confermato|approvato|volentieri|meglio di no)(?=\s*(?:[,.!;:…–—-]|$))"
    ),
    takes=(
        "(?:quindi|usa|usi|prendi|prenda|metti|metta|invece|piuttosto|meglio|è|sono|il nuovo|la nuova|"
        r"quello giusto|quella giusta|il giusto|la giusta|per favore)\b"
    ),
    working=(
        r"\b(?:sto|stiamo) \w+ndo\b|\b\w{3,}rò\b|\b\w{4,}eremo\b|(?:^|[,;.] |\b(?:e|poi|ora|adesso|subito|prima|lo|"
        "la|li|le|ti|vi|mi|ci|ne) )(?:controllo|verifico|cerco|guardo|consulto|analizzo|preparo|comincio|inizio|"
        r"lavoro|occupo|penso|continuo|torno|aggiorno|procedo|provvedo|esamino|studio|faccio|leggo|do un)\b|"
        r"\bin corso\b|^(?:vediamo|fammi|mi faccia|un attimo|un momento|subito)\b"
    ),
    told=(
        r"^(?:proprio|esattamente) (?:quello|ciò)|^possiamo chiudere|^(?!.*\b(?:non ancora|ancora non|manca|mancano|"
        r"volevo|vorrei|dovrebbe|dovrei|avrei|sarebbe|farebbe|potrebbe|bisognerebbe)\b)(?:.*\b(?:era|erano|ero|eravamo|"
        r"aveva|avevano|avevo|stava|stavo|fu|furono)\b|.*\b(?:ho|ha|abbiamo|hanno|hai|è|sono|siamo) (?:\S+ )?\w+(?:ato|"
        r"ito|uto|ata|ita|uta|ati|iti|uti|tto|sto|sso|rso)\b|(?:\S+,? )?(?:(?:lo )?(?:capisco|vedo|so|credo|penso)|"
        "mi (?:sorprende|fa piacere|sembra|aiuta)|questo (?:mi|è|aiuta|spiega)|è (?:così|vero|strano|tutto)|ha senso|"
        r"spero)\b|(?:buona (?:giornata|serata|notte)|buongiorno|a (?:domani|presto|dopo)|arrivederci|ottimo lavoro|"
        r"scusa|scusi|mi dispiace|non fa niente|niente (?:fretta|paura)|ottimo|perfetto|benissimo|fantastico)\b|"
        "(?:proprio|esattamente|è tutto|va bene|funziona|mi sembra|possiamo chiudere|per oggi|tutto (?:chiaro|bene|"
        r"a posto))\b)"
    ),
    anew=(
        r"\bd'ora|\bda (?:ora|oggi|adesso|domani|questa)|\ba partire|\bin futuro|\bin avanti|\b(?:adesso|ora|meglio|"
        r"invece|al posto|alla fine|nuov[oaie]|diversamente|piuttosto)\b"
    ),
    light=(
        "usa; usi; utilizza; scrivi; scriva; mantieni; tieni; tenga; fai; faccia; dai; dia; mostra; inizia; comincia; "
        "termina; finisci; aggiungi; metti; metta; lascia; lasci; prendi; prenda; cambia; crea; considera; segui; "
        "segua; ricorda; ricordati; scegli; indica; evita; sii; sia; abbi; voglio; preferisco; dimentica; regola; "
        "norma; forma; pensato; meglio; saranno; sarà; torna; tornano; puoi; servono; serve; ritiro; partire; resto; "
        "caso; cosa; tema; fine; avere; stare"
    ),
    ends=(
        r"\b(?:non (?:\w+ )?\w+ più|di nuovo|non occorre|non serve|non è necessari\w|finit[oa]|dimentica|"
        r"lascia perdere|puoi tornare|revocat\w|tolt[oa]|superflu\w|puoi smettere|ora puoi)\b"
    ),
    counted=(
        "cosa; cose; domanda; domande; nota; note; dettaglio; dettagli; punto; punti; osservazione; "
        "osservazioni; correzione; correzioni; richiesta; richieste"
    ),
    announces=(
        r"(?:(?:e|anche|ma|allora|solo|poi|ok)[ ,]+)*(?:una?|due|tre|quattro|cinque|alcune|alcuni|qualche|"
        r"un paio di|diverse|diversi|un'altra|un altro|le seguenti|i seguenti) (?:\w+ ){0,2}(?:cos[ae]|"
        r"domand[ae]|not[ae]|dettagli?o?|punt[oi]|osservazion[ei]|correzion[ei]|"
        r"richiest[ae])\b[^,;:.!?]{0,40}[.:!]?"
    ),
    lead_in=r"(?:e|ah,? e)[ ,]+(?:(?:una?|un'altra|un altro|ancora)\b[^:.!?]{0,40}: )?",
    refers_back=(
        r"\b(?:con|di|su|per|a|fare|risolvere|sistemare) (?:questo|questa|ciò|quello)\b|\b(?:risolver|"
        r"sistemar|far)l[oa]\b"
    ),
)
