"""German."""

from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.language import Language
from compactd.extractive.page import Section

GERMAN = Language(
    code="de",
    headings={
        Section.INSTRUCTIONS: "Dauerhafte Anweisungen",
        Section.GOALS: "Ziele",
        Section.DECISIONS: "Entscheidungen",
        Section.EVENTS: "Verlauf",
        Section.ERRORS: "Fehler",
        Section.DETAILS: "Details",
        Section.OPEN: "Offene Anfrage",
    },
    fixed_words={
        FixedWord.DONE: "Erledigt",
        FixedWord.FAILED: "Fehlgeschlagen",
        FixedWord.UNANSWERED: "Aufgerufen, noch ohne Ergebnis",
        FixedWord.OTHERS: "Außerdem erledigt",
        FixedWord.CLOSED: "Nicht mehr offen",
        FixedWord.REPORTED: "Werkzeug {} meldete",
        FixedWord.CALLED: "Aufgerufen",
        FixedWord.RESULTS: "Ergebnisse von Werkzeugen, aus denen nichts zu behalten ist",
        FixedWord.SILENT: "Nachrichten, aus denen nichts zu behalten ist",
        FixedWord.IDENTIFIERS: "Kennungen",
    },
    kinds="URL; E-Mail; Pfad; ID; Hash; Version; Datum; Betrag; Menge; Fehler; Befehl; Host; Name; Zahl; Symbol",
    common=(
        "der; die; das; den; dem; des; und; ist; nicht; ein; eine; einen; einem; einer; ich; du; wir; sie; ihr; es; "
        "mit; auf; für; von; zu; zum; zur; im; auch; bitte; sind; wird; werden; hat; haben; habe; kann; können; soll; "
        "sollen; muss; müssen; wenn; dass; aber; oder; noch; nur; immer; nie; kein; keine; keinen; wie; was; mein; "
        "meine; unser; unsere; bei; nach; aus; vor; ab; jetzt; mir; dir; uns; mich; dich; als; so; dann; schon; alle; "
        "alles; jede; jeden; jedes; jeder; über; unter; bis; um; in; an; am; vom; beim; diese; dieser; dieses; war; "
        "hier"
    ),
    cues={
        Cue.SHIFT: (
            "nächste aufgabe; neue aufgabe; als nächstes; machen wir weiter; weiter mit; neues ziel; "
            "das ziel ist; etwas anderes; planänderung; umentschieden; vergiss die; vergiss das; vergiss den; "
            "lass uns stattdessen; neuer plan; neue priorität; ist erledigt; ist fertig; sind fertig; "
            "damit sind wir; nun zu; jetzt zu; zweite aufgabe"
        ),
        Cue.CORRECTION: (
            "nein nicht; nee nicht; "
            "eigentlich; korrektur; statt; anstatt; anstelle; doch nicht; ich habe mich; habe mich geirrt; "
            "geirrt; falsch; verwechselt; versehen; nicht mehr; verschoben; geändert; stattdessen; sondern; "
            "vergiss; ich meinte; umentschieden; planänderung; lautet jetzt; ist jetzt; ist nun; sind jetzt; "
            "neu ist; ersetzt; wechseln zu; abgelöst; überholt; hinfällig; veraltet; ungültig; tippfehler; "
            "richtig ist; korrekt ist; berichtigung; jetzt doch; im urlaub; nun doch; ab jetzt; ab sofort; "
            "ab heute; von nun; künftig"
        ),
        Cue.DECISION: (
            "entschieden; entscheidung; beschlossen; entscheiden; wir nehmen; nehmen wir; wir verwenden; "
            "wir nutzen; einigen; geeinigt; vereinbart; festgelegt; gewählt; ausgewählt; freigegeben; bestätigt; "
            "bleiben bei; es bleibt; setzen auf; machen wir"
        ),
        Cue.CONSTRAINT: (
            "muss; müssen; darf; dürfen; darf nicht; nie; niemals; immer; nur; höchstens; mindestens; maximal; "
            "spätestens; frist; bis; vor; budget; ohne; unbedingt; auf keinen; keinesfalls; erforderlich; "
            "pflicht; verboten; erlaubt; vermeide; achte darauf; allergisch; allergie; vegetarisch; ich möchte; "
            "ich will; lieber; grenze; obergrenze; ausschließlich; zwingend; sicherstellen; versprochen; "
            "läuft ab; endet"
        ),
        Cue.ERROR: (
            "fehler; fehlermeldung; ausnahme; fehlgeschlagen; schlägt fehl; absturz; abgestürzt; kaputt; "
            "zeitüberschreitung; abgelehnt; verweigert; ursache; problem; schuld; ungültig; konflikt; hängt; "
            "bricht ab; nicht gefunden"
        ),
        Cue.OUTCOME: (
            "behoben; gelöst; erstellt; angelegt; eröffnet; committet; gemergt; ausgerollt; gebucht; erstattet; "
            "storniert; aktualisiert; erledigt; fertig; abgeschlossen; gefunden; hinzugefügt; entfernt; ersetzt; "
            "installiert; eingerichtet; migriert; weil; grund; erfolgreich; bestätigung; geschrieben; gesendet; "
            "verschickt; geändert; umbenannt; insgesamt; bezahlt; reserviert; geliefert; läuft jetzt; beträgt; "
            "dauert"
        ),
        Cue.REQUEST: (
            "bitte; kannst du; könntest du; können sie; könnten sie; schick; schreib; nimm; ich brauche; wir brauchen; "
            "brauche ich; würdest du; magst du; mögen sie; kriegst du; schaffst du; würden sie; wärst du; wären sie; "
            "so nett; so lieb; so freundlich; schau mal; guck mal; sieh mal; wäre super; wäre toll; wäre klasse; "
            "wäre prima; wäre perfekt; wäre top; wäre spitze; wären super; wären prima; trag mich; sag mir"
        ),
        Cue.GOAL: (
            "ich brauche; wir brauchen; ich möchte; ich würde gern; ich will; wir wollen; hilf mir; hilfe bei; "
            "das ziel; die aufgabe; es geht um; versuche; suche; wir möchten; fehlt noch; fehlen noch; fehlt mir; "
            "fehlt uns; noch offen; noch aus; noch zu; bleibt noch; bliebe noch; wäre noch; wir müssen; wir müssten; "
            "ich muss; ich müsste; müssen wir; muss ich; müssten wir; man müsste; es bräuchte; ich bräuchte; "
            "wir bräuchten; bräuchte; wäre schön; wäre gut; wäre nett; ich hätte gern; ich hätte gerne; hätte gern; "
            "hätte gerne; lass uns; könnten wir; sollten wir; interessiert mich; wüsste gern; "
            "würde mich interessieren; als nächstes; dann noch; jetzt noch; und noch; warte noch; ich warte; "
            "wir warten; vergiss nicht; vergessen sie nicht; reicht mir; würde reichen; mehr brauche; wäre fein; "
            "wäre hilfreich; hilfreich wäre; ich frage mich; käme gern; käme gerne; würde gern; würde gerne"
        ),
        Cue.WITHDRAWAL: (
            "lass das; warte; noch nicht; erst mal nicht; vorerst nicht; doch nicht; abbrechen; brich ab; halt; "
            "vergiss es; egal; nicht nötig; stopp"
        ),
        Cue.ASIDE: (
            "übrigens; nebenbei; hinweis; außerdem; ach ja; wichtig; nicht vergessen; zur info; noch etwas; "
            "im hinterkopf; merk dir; denk daran; denk dran"
        ),
        Cue.CHATTER: (
            "tschüss; auf wiedersehen; "
            "danke; vielen dank; dankeschön; alles klar; gut; okay; super; prima; perfekt; hallo; guten tag; "
            "guten morgen; gern geschehen; kein problem; klingt gut; verstehe; verstanden; moment; in ordnung; "
            "mach weiter; weiter so; was meinst; noch etwas; schönen tag; das war's; das wäre; mach nur; nur zu; "
            "mach bitte weiter; bitte weiter; fahr fort; lass dir zeit"
        ),
        Cue.NARRATION: (
            "ich schaue; ich sehe; lass mich; zuerst; als nächstes; ich prüfe; ich werde; ich mache; "
            "schauen wir; hier ist; hier sind; nichts auffälliges; wie erwartet; harmlos; ich kümmere; "
            "werde ich; unauffällig"
        ),
        Cue.SCOPE: (
            "immer; stets; nie; niemals; jedes mal; jedesmal; wann immer; sooft; ab jetzt; ab sofort; von nun; "
            "von jetzt; künftig; zukünftig; in zukunft; fortan; grundsätzlich; generell; prinzipiell; "
            "durchgehend; durchweg; dauerhaft; ausnahmslos; ohne ausnahme; jederzeit; zu jeder; in jedem fall; "
            "auf jeden; auf keinen; unter keinen; keinesfalls; standardmäßig; bis ich; bis auf; "
            "für dieses projekt; in diesem projekt; dieses projekt; dieses gespräch; diese sitzung; rest der; "
            "rest des; restliche; egal was; was auch; überall; bei allen; in allen; bei jeder; bei jedem; "
            "nach jeder; nach jedem; vor jedem; vor jeder; in jeder; in jedem; konsequent; weiterhin; solange; "
            "merk dir; denk daran; denk dran"
        ),
        Cue.QUANTIFIER: (
            "jede; jeder; jedes; jeden; jedem; alle; allen; alles; sämtliche; nur; nichts; niemand; keine; kein; "
            "keinen; keiner; ausschließlich; lediglich; höchstens; mindestens; maximal; ohne; irgendein; "
            "irgendwelche; wenn du; wenn ein; wenn eine; bevor du; falls du; falls ein; falls eine; nachdem du; "
            "wenn sie; bevor sie; wenn etwas"
        ),
        Cue.ORDER: (
            "achte darauf; stell sicher; stelle sicher; sorge dafür; sorg dafür; ich möchte dass; ich erwarte; "
            "halte dich; bleib bei; bleibe bei; denk daran; denk dran; achten sie; stellen sie; merk dir"
        ),
        Cue.BAN: (
            "darf nicht; dürfen nicht; darfst nicht; darfst du nicht; darf nie; dürfen nie; verboten; untersagt; "
            "tabu; nicht erlaubt; nicht gestattet; soll nicht; sollst nicht; sollen nicht; keinesfalls; "
            "auf keinen fall; unter keinen; finger weg; bitte nicht; bitte keine; bitte kein; bitte keinen; "
            "bitte nie; bitte niemals; darf niemand; nicht anfassen; nicht angerührt; unterlasse; vermeide; "
            "verzichte; vermeiden sie; verzichten sie; will keine; möchte keine"
        ),
        Cue.DUTY: (
            "müssen; musst; soll; sollen; sollst; sollte; sollten; hat zu; haben zu; pflicht; verpflichtend; "
            "zwingend; erforderlich; nötig; notwendig; darfst; unbedingt; allergisch; allergie; vegetarier; "
            "vegan; gilt; gelten; muss; darf; dürfen; bleibt; bleiben"
        ),
        Cue.CONDITION: (
            "wenn; falls; sobald; bevor; ehe; nachdem; solange; sofern; bis; außer; sooft; vor jedem; vor jeder; "
            "nach jedem; nach jeder; bei; immer wenn"
        ),
        Cue.PREFERENCE: (
            "lieber; bevorzuge; bevorzugt; vorzugsweise; am liebsten; ich mag; mag keine; ich hasse; ich hätte gern; "
            "ich hätte gerne; mir ist wichtig; ist mir wichtig; ich möchte; ich will; gewohnt; wir verwenden; "
            "wir nutzen; ich nutze; bei uns; wir nie; wir immer; wäre es lieb; wäre mir lieb; mir lieb; "
            "mir am liebsten; hätte ich doch lieber; legen wert; lege wert"
        ),
        Cue.MANNER: (
            "antwort; antworten; antworte; antwortest; ton; tonfall; stil; formatierung; sprache; "
            "rechtschreibung; deutsch; englisch; französisch; spanisch; italienisch; du-form; sie-form; duzen; "
            "siezen; duze; sieze; stichpunkte; stichpunkten; aufzählung; aufzählungen; absätze; emojis; emoji; "
            "einheiten; metrisch; metrische; währung; zeitzone; uhrzeit; uhrzeiten; datumsangaben; "
            "nachkommastellen; gerundet; commits; commit-nachrichten; branches; beispiele; quellen; "
            "quellenangaben; abkürzungen; fachbegriffe; fremdwörter; förmlich; formell; locker; höflich; knapp; "
            "kurz; ausführlich; einfach; wörter; worte; sätze; sätzen; zeilen; freigabe; zustimmung; erlaubnis; "
            "rückfrage; rückfragen; nachfragen; vornamen; beim vornamen; schrittweise; zusammenfassung; "
            "zusammenfassungen; nachrichten; mails; e-mails; produktion; produktivsystem; produktionsdatenbank; "
            "abhängigkeiten; passwörter; vertraulich; vertrauliche; persönliche; signatur; grußformel; floskeln; "
            "bindestriche; gedankenstriche; anglizismen; in json; als json; als tabelle; in tabellen; frag mich; "
            "frage mich; dateinamen; format der; berichte"
        ),
        Cue.ONCE: (
            "gerade; heute; diesmal; dieses mal; morgen; kurz; mal; schnell; als nächstes; noch einmal; nochmal; "
            "erst mal; vorerst; kannst du; könntest du; können sie; könnten sie; ausnahmsweise; sofort; keine sorge; "
            "war; waren; hatte; gestern; bisher; letzte; letzter; bekommen; sag mir; muss wohl; müsste wohl; "
            "wird wohl; wohl am; dürfte; vermutlich; wahrscheinlich; vielleicht; anscheinend; offenbar; scheinbar; "
            "jetzt"
        ),
        Cue.PERMISSION: (
            "darfst; dürfen sie; kannst; können sie; erlaubt; in ordnung; okay; egal; ruhig; meinetwegen; zulässig; "
            "stört mich nicht; nichts dagegen; wann du willst; wie du willst; nach belieben; gestattet"
        ),
        Cue.RELEASE: (
            "nicht mehr nötig; brauchst nicht mehr; brauchst du nicht; musst nicht mehr; musst du nicht; nicht länger; "
            "gilt nicht mehr; gilt nicht; aufgehoben; hinfällig; vergiss die; vergiss das; vergiss was; vergiss meine; "
            "ignoriere; ignorier; darfst wieder; darfst du wieder; kannst wieder; kannst du wieder; dürfen wieder; "
            "können wieder; wieder erlaubt; ist wieder; sind wieder; kein muss mehr; ich nehme; nehme ich zurück; "
            "zurück zu; nicht mehr notwendig; nicht mehr müssen; nicht mehr erforderlich; keine pflicht; nicht mehr; "
            "lass das mit; vergiss das mit; wie früher; wieder normal; hat sich erledigt; haben sich erledigt; "
            "dir sparen; sparen sie; entfällt; entfallen; fällt weg; fallen weg; vom tisch; wieder in ordnung; "
            "wieder okay; wieder ok; wieder gestattet; wieder möglich; wieder zulässig; zurückgenommen; ziehe das; "
            "ziehe zurück; ich widerrufe; widerrufe; außer kraft; nicht mehr aktuell; nicht mehr gültig; "
            "nicht mehr wichtig; nicht mehr zu; nicht weiter; musst du künftig nicht; braucht es nicht; "
            "brauche ich nicht mehr; brauchen sie nicht mehr; müssen sie nicht mehr; brauchen sie nicht; "
            "müssen sie nicht; dürfen sie wieder; können sie wieder; darf wieder; egal ob; nach belieben; "
            "wie du willst; wie du magst; wie sie möchten; wie sie wollen; nicht mehr beachten; nicht länger beachten; "
            "streich die; streichen sie; kannst du streichen; gefällt mir nicht; gefallen mir nicht; passt mir nicht; "
            "passen mir nicht; passt nicht mehr; passen nicht mehr; stört mich; nervt mich; nerven mich; "
            "mag ich nicht mehr; nichts mehr für mich"
        ),
    },
    verbs=(
        "nutze; nutz; verwende; verwend; benutze; schreib; schreibe; antworte; halte; halt; bleib; bleibe; mach; "
        "mache; gib; nenne; nenn; zeig; zeige; frag; frage; sag; sage; sprich; rede; formuliere; formatiere; "
        "fasse; fass; beginne; beginn; beende; ende; füge; füg; setze; setz; lass; lasse; nimm; prüfe; prüf; "
        "teste; führe; führ; achte; achten; stelle; stell; sorge; sorg; vermeide; verzichte; runde; rechne; "
        "übersetze; zitiere; verlinke; bestätige; warte; melde; informiere; schick; schicke; sende; speichere; "
        "speicher; lege; leg; lösche; lösch; ändere; benenne; erstelle; erstell; committe; pushe; merge; baue; "
        "bau; bestelle; buche; storniere; erkläre; erklär; liste; gliedere; begründe; kürze; beschränke; "
        "behandle; berücksichtige; merk; merke; denk; denke; erinnere; duze; sieze; verwenden; nutzen; benutzen; "
        "schreiben; antworten; halten; bleiben; machen; geben; nennen; zeigen; fragen; sprechen; formulieren; "
        "beginnen; beenden; fügen; setzen; lassen; nehmen; prüfen; stellen; vermeiden; verzichten; bestätigen; "
        "warten; schicken; senden; speichern"
    ),
    last_verbs=(
        "verwenden; nutzen; benutzen; schreiben; antworten; halten; bleiben; machen; geben; angeben; nennen; "
        "zeigen; fragen; nachfragen; sprechen; formulieren; formatieren; beginnen; beenden; hinzufügen; setzen; "
        "lassen; nehmen; prüfen; testen; ausführen; achten; vermeiden; runden; übersetzen; zitieren; verlinken; "
        "bestätigen; abwarten; warten; melden; informieren; schicken; senden; verschicken; speichern; ablegen; "
        "löschen; ändern; umbenennen; erstellen; committen; pushen; mergen; bestellen; buchen; stornieren; "
        "erklären; auflisten; begründen; kürzen; behandeln; anfassen; anrühren; weitergeben; preisgeben; duzen; "
        "siezen; ansprechen; einhalten; beachten; berücksichtigen; zusammenfassen; dokumentieren; "
        "protokollieren; einholen; abstimmen; vorlegen"
    ),
    bans="nie; niemals; nicht",
    forbids=(
        r"(?:(?:bitte|und|auch|also|dann|aber|übrigens|wichtig) )*"
        r"(?!(?:hab|habe|bin|sei|war|weiß|will|kann|muss|soll|darf|mag|ging|kam|gab|sah|fand|ließ|lief|klang|ich|er|sie|"
        r"wir|ihr|es|das|man|da|so|wer|was|noch|fast|wie|wo|sonst|danach|davor|früher|bisher|vorher|zuvor|dort|hier|"
        r"leider|auch|eben|eigentlich|gestern|vielleicht|und|aber|weil|dass|wenn)\b)\w{3,}(?<!t)(?<!te)(?<!ten) "
        r"(?:(?:bitte|mich|mir|uns|sie|es|das|den|die|dem|ihn|ihm|ihr|ihnen|einfach) )*(?:nie|niemals)\b"
    ),
    nones="kein; keine; keinen; keinerlei; niemand; nichts; ohne",
    leads=(
        "bitte; auch; und; also; dann; ok; okay; ach; ja; nein; aber; nur; immer; stets; grundsätzlich; "
        "generell; künftig; zukünftig; ab; jetzt; sofort; von; nun; an; in; zukunft; für; den; rest; des; der; "
        "gesprächs; noch; etwas; eins; wichtig; hinweis; regel; hallo; danke; gut; doch; mal; außerdem; "
        "zusätzlich; zudem; weiterhin; einfach; sie; du; mir; uns; dieses; projekt; alles; überall; durchgehend; "
        "konsequent; erstens; zweitens; drittens"
    ),
    values={
        "form of name": "vorname/vornamen; nachname/nachnamen/familienname/familiennamen/zuname/zunamen",
        "daypart": "vormittag/vormittags/morgens; nachmittag/nachmittags; abend/abends; nachts",
        "seat": "gang/gangplatz/gangplätze; fenster/fensterplatz/fensterplätze",
        "transport": "zug/züge/bahn; flugzeug/flug/flüge; bus; auto; taxi; fähre",
        "language": (
            "deutsch; englisch; französisch; spanisch; italienisch; portugiesisch; russisch; chinesisch; "
            "japanisch; polnisch; türkisch"
        ),
        "unit": "metrisch/metrische/metrischen/celsius/kilometer; imperial/imperiale/fahrenheit/meilen",
        "currency": "euro; dollar; franken; pfund; yen",
        "day": (
            "montag/montags; dienstag/dienstags; mittwoch; donnerstag; freitag; samstag; sonnabend; sonntag; "
            "montags; dienstags; mittwochs; donnerstags; freitags; täglich; wöchentlich; monatlich"
        ),
        "format": (
            "json; yaml; xml; csv; markdown; html; stichpunkte; stichpunkten; fließtext; tabelle; tabellen; "
            "absätze; absätzen"
        ),
        "zone": "utc; gmt; mez; mesz; ortszeit",
        "length": "knapp/kurz/kürzer/prägnant; ausführlich/lang/länger/detailliert",
        "tone": "förmlich/formell; locker/informell; freundlich/humorvoll/witzig; sachlich/nüchtern/trocken",
        "address": "duzen/duze/du/du-form; siezen/sieze/sie/sie-form",
        "indentation": "tabs; leerzeichen",
        "number": "ein; eins; zwei; drei; vier; fünf; sechs; sieben; acht; neun; zehn; zwölf; zwanzig; hundert",
    },
    synonyms=(
        "antwort/antworten/antworte/antwortest/schreib/schreibe/sprich; nachricht/nachrichten/mail/mails; "
        "budget/kosten/ausgaben/grenze/obergrenze/preis; frist/termin/datum/liefertermin/abgabe; "
        "ansprechpartner/kontakt/zuständig; zeit/zeiten/uhrzeit/uhrzeiten/zeitangaben; test/tests; "
        "datei/dateien; commit/commits; löschen/lösche/entfernen/entferne; "
        "deployment/deployments/deployen/ausrollen; freigabe/zustimmung/erlaubnis/genehmigung"
    ),
    reasons=r"(?:weil|da|denn|damit|sonst|sodass|so dass|schließlich|nämlich)\b",
    before_old=(
        r"\bnicht(?: (?:am|auf|in|an|bei|der|die|das|port))?|(?:an)?statt|anstelle von|nicht mehr|\bvon|"
        r"\bvom|vergiss(?: die| den| das)?|\bwar|\bkein"
    ),
    after_old=(
        "ist (?:falsch|hinfällig|veraltet|weg|im urlaub|ungültig|überholt)|war falsch|gilt nicht|"
        "fällt weg|hat uns verlassen"
    ),
    aside_old=(
        "(?:und |aber )?nicht(?: (?:am|auf|in|an|bei|der|die|das|port|mehr))?|(?:an)?statt(?: am| auf|"
        " in)?|anstelle von|von|vom"
    ),
    everything=r"\balle\b.{0,24}\b(?:regeln|anweisungen|vorgaben)\b",
    consents=(
        r"(?:ja|jep|jo|nein|nee|nö)\b|(?:jawohl|klar|gern|gerne|genau|einverstanden|passt|in ordnung|okay|ok|"
        r"mach das|tu das|bestätigt|genehmigt|abgelehnt|lieber nicht)(?=\s*(?:[,.!;:…–—-]|$))"
    ),
    takes=(
        "(?:also|bitte|nimm|nehmen|nutze|verwende|mach|sondern|stattdessen|lieber|richtig|korrekt|es ist|das ist|"
        r"es sind|de[rn] neue|die neue|das neue|neu)\b"
    ),
    working=(
        r"\bich (?:mir |mich |das |es |noch |gleich |gerade |jetzt |also )*(?!(?:habe|hätte|wäre|würde|könnte|"
        "möchte|glaube|denke|meine|finde|empfehle|rate|brauche|verstehe|bedaure|vermute|hoffe|sehe (?:kein|nicht|"
        r"dass))\b)[a-zäöüß]{2,}e\b|\b(?!(?:habe|hätte|wäre|würde|könnte|möchte|glaube|denke|meine|finde|empfehle|"
        r"rate|brauche|verstehe|vermute|hoffe)\b)[a-zäöüß]{2,}e ich\b|\bich (?:bin (?:dran|dabei|gerade)|seh|schau|"
        r"prüf|kümmer|mach|meld|such)\b|\bwir (?:sehen|schauen|prüfen|kümmern|suchen|melden|arbeiten|werden)\b|"
        r"\bwerde ich\b|\blass(?:en sie)? (?:mich|uns)\b|^(?:bin (?:dran|dabei)|wird (?:erledigt|gemacht)|"
        r"in arbeit|läuft|moment|einen moment|mal sehen|schauen wir|kommt gleich|mach ich)\b|"
        r"(?:ung|ion|training) (?:läuft|ist im gange)\b"
    ),
    told=(
        "^(?:läuft|geht|klappt) (?:wieder|jetzt|alles)|^(?:den|alles) .{0,20}mache? ich (?:selbst|selber)|"
        r"^dann (?:weiß|können|ist)|^(?!.*\b(?:noch nicht|immer noch|noch immer|fehlt|fehlen|sollte|sollten|wollte|"
        r"wollten|hätte|wäre|bräuchte|kein|keine|nicht mehr)\b)(?:.*\b(?:war|waren|hatte|hatten|wurde|wurden|gab|ging|"
        r"kam|sagte|meinte|fand|dachte)\b|.*\b(?:hab|habe|hat|haben|bin) (?:\S++ )*?(?:(?=\w{0,12}?ge)\w++(?<=t|n)|"
        r"\w++(?<=iert)|(?:ver|be|er|ent|zer)\w++(?<=t|n))\b|(?:\S+,? )?(?:ich (?:verstehe|sehe|weiß|glaub|glaube|"
        "denke|finde|freue|komme|melde|hoffe)|das (?:ist|wundert|klingt|hilft|passt|erklärt|macht|freut|überrascht|"
        r"stimmt|geht|reicht|läuft|sieht)|es (?:ist|geht|läuft)|sie (?:haben|sind)|du (?:hast|bist))\b|(?:klingt|"
        r"stimmt|passt|macht nichts|schön\w*|bis (?:dann|bald|morgen|später|gleich)|tschüss|gute arbeit|sehr gut|prima|"
        r"super|perfekt|freut mich|entschuldigung|sorry|keine (?:eile|sorge)|nichts zu danken|damit ist alles)\b|"
        "(?:genau (?:das|so|was)|läuft|sieht (?:gut|super|prima)|dann (?:können wir|weiß ich)|damit ist|alles (?:klar|"
        r"gut|erledigt|bestens)|wir können das)\b)"
    ),
    anew=(
        r"\b(?:ab|von) (?:jetzt|sofort|heute|morgen|nun|nächste[rn]?|dieser|\w+tag)\b|\b(?:zu)?künftig|\bin zukunft\b|"
        r"\bfortan\b|\b(?:nun|jetzt|lieber|doch|stattdessen|statt|anders|neu(?:e[rsn]?)?|nur noch|weniger|besser)\b"
    ),
    light=(
        "nutze; nutz; verwende; benutze; schreib; schreibe; halte; halt; bleib; bleibe; mach; mache; gib; zeig; "
        "zeige; sag; sage; fasse; beginne; beende; füge; setze; setz; lass; lasse; nimm; prüfe; führe; achte; stelle; "
        "stell; sorge; sorg; vermeide; verzichte; warte; schick; schicke; sende; leg; lege; ändere; erstelle; merk; "
        "merke; denk; denke; beachten; verwenden; nutzen; benutzen; schreiben; halten; bleiben; machen; geben; "
        "angeben; zeigen; beginnen; setzen; lassen; nehmen; achten; vermeiden; schicken; senden; anfassen; einhalten; "
        "berücksichtigen; brauchst; brauchen; bekommen; ziehe; zurück; ordnung; erledigt; gesagt; vorgabe; regel; "
        "wunsch; gefällt; überlegt; legen; stehen; lieber; dazu; statt; haben; hätte; sache; thema; anweisung; "
        "machst; nimmst; gibst; schreibst"
    ),
    ends=(
        r"\b(?:nicht mehr|kein\w* \w* ?mehr|nicht länger|wieder|vorbei|hinfällig|aufgehoben|entfällt|"
        r"entfallen|überflüssig|unnötig|musst nicht|brauchst|brauche ich nicht|darfst|geschichte|vom tisch|"
        r"weglassen|gilt nicht)\b"
    ),
    counted=(
        "ding; dinge; frage; fragen; hinweis; hinweise; anmerkung; anmerkungen; sache; sachen; bitte; "
        "bitten; kleinigkeit; kleinigkeiten; punkt; punkte; korrektur; korrekturen"
    ),
    announces=(
        r"(?:(?:und|auch|aber|also|nur|dann|okay|ok|noch)[ ,]+)*(?:eine?n?|zwei|drei|vier|fünf|einige|"
        r"ein paar|mehrere|(?:die )?folgenden?) (?:\w+ ){0,2}(?:Dinge?|Fragen?|Hinweise?|Anmerkung(?:en)?|"
        r"Sachen?|Bitten?|Kleinigkeit(?:en)?|Punkte?|Korrektur(?:en)?)\b[^,;:.!?]{0,40}[.:!]?"
    ),
    lead_in=r"(?:und|ach,? und)[ ,]+(?:(?:noch )?(?:eine?s?|etwas)\b[^:.!?]{0,40}: )?",
    refers_back=(
        r"\b(?:damit|darum|dabei|davon|dazu|dafür|dagegen)\b|\b(?:das|dies|es) (?:lösen|machen|beheben|"
        r"tun|erledigen|klären)\b"
    ),
)
