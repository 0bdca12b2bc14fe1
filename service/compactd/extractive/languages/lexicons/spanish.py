"""Spanish."""

from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.language import Language
from compactd.extractive.page import Section

SPANISH = Language(
    code="es",
    headings={
        Section.INSTRUCTIONS: "Instrucciones permanentes",
        Section.GOALS: "Objetivos",
        Section.DECISIONS: "Decisiones",
        Section.EVENTS: "Hechos",
        Section.ERRORS: "Errores",
        Section.DETAILS: "Detalles",
        Section.OPEN: "Solicitud pendiente",
    },
    fixed_words={
        FixedWord.DONE: "Hecho",
        FixedWord.FAILED: "Falló",
        FixedWord.UNANSWERED: "Llamado, aún sin resultado",
        FixedWord.OTHERS: "También hecho",
        FixedWord.CLOSED: "Ya no está pendiente",
        FixedWord.REPORTED: "la herramienta {} informó",
        FixedWord.CALLED: "Llamado",
        FixedWord.RESULTS: "Resultados de herramientas sin nada que conservar",
        FixedWord.SILENT: "Mensajes sin nada que conservar",
        FixedWord.IDENTIFIERS: "Identificadores",
    },
    kinds=(
        "URL; correo; ruta; identificador; hash; versión; fecha; importe; cantidad; error; comando; "
        "host; nombre; número; símbolo"
    ),
    common=(
        "el; la; los; las; un; una; unos; unas; de; del; y; es; que; en; no; por; para; con; sin; se; lo; al; me; te; "
        "nos; le; les; mi; mis; tu; tus; su; sus; nuestro; nuestra; este; esta; estos; estas; ese; esa; eso; esto; "
        "pero; si; sí; más; ya; son; está; están; ha; han; he; hay; tiene; tengo; puedes; puede; debe; quiero; cuando; "
        "como; qué; cómo; siempre; nunca; todo; todos; toda; todas; cada; ningún; ninguna; solo; sólo; a; o; muy; "
        "también; ahora; hasta; desde; antes; después; gracias; yo; usted; ustedes; él; ella; porque; sobre; entre; "
        "aquí; así; ser; usa; responde; responda; era; fue; favor; cualquier"
    ),
    cues={
        Cue.SHIFT: (
            "siguiente tarea; nueva tarea; próxima tarea; pasemos a; pasamos a; vamos con; nuevo objetivo; "
            "el objetivo es; otra cosa; otro tema; cambio de planes; cambio de plan; cambiado de; cambié de; "
            "olvida el; olvida la; olvida lo; olvídate de; nuevo plan; nueva prioridad; en su lugar; en lugar de; "
            "ya está listo; ya está hecho; está listo; segunda tarea; ahora toca; ahora necesito; han cambiado; "
            "eso ya está; dejemos"
        ),
        Cue.CORRECTION: (
            "no no; "
            "en realidad; corrección; corrijo; rectifico; rectificación; en vez; en lugar; me equivoqué; equivocado; "
            "equivoqué; equivocada; quise decir; quería decir; me refería; ya no; sino; cambiado; cambiada; cambió; "
            "cambia a; ahora es; ahora son; pasa a; pasa de; pasó de; se movió; movida; movido; aplazado; aplazada; "
            "pospuesto; pospuesta; adelantado; adelantada; retrasado; retrasada; reemplazado; sustituido; sustituida; "
            "olvida; olvídate; obsoleto; anulado; errata; confundí; me confundí; mejor dicho; perdón es; "
            "perdón son; perdón quería; error mío; "
            "mi error; a partir de; de vacaciones; de baja; no era; no es; y no; actualización; revisado; incorrecto; "
            "incorrecta; al final; finalmente; queda en; modificado; modificada; trasladado; trasladada; a partir; "
            "de otra; de otro; diferente; de forma distinta; desde hoy; de ahora"
        ),
        Cue.DECISION: (
            "decidido; decidimos; decisión; hemos decidido; vamos con; usaremos; usamos; nos quedamos; quedamos en; "
            "acordado; acordamos; acuerdo; elegido; elegimos; elegí; aprobado; aprobada; confirmado; confirmada; "
            "optamos; optado; escogido; escogimos; definitivo; definitiva; nos decantamos; adoptamos; se queda"
        ),
        Cue.CONSTRAINT: (
            "debe; deben; debes; tiene que; tienen que; tienes que; hay que; nunca; jamás; siempre; solo; sólo; "
            "solamente; únicamente; como máximo; como mínimo; como mucho; al menos; máximo; mínimo; límite; tope; "
            "plazo; fecha límite; antes; hasta; presupuesto; sin; obligatorio; obligatoria; imprescindible; prohibido; "
            "prohibida; permitido; evita; evite; evitar; asegúrate; asegúrese; procura; alérgico; alérgica; alergia; "
            "vegetariano; vegetariana; prefiero; preferiría; me gustaría; quisiera; quiero; estrictamente; requiere; "
            "necesario; a más tardar; vence; caduca; exclusivamente; prometido; compatible; no puede; no pueden"
        ),
        Cue.ERROR: (
            "nunca he; nunca ha; nunca hemos; nunca han; nunca hubo; nunca tuve; nunca recibí; nunca recibimos; "
            "nunca llegó; nunca funcionó; error; errores; excepción; fallo; falla; fallan; falló; fallado; fallando; "
            "caído; caída; roto; rota; problema; tiempo de espera; rechazado; rechazada; denegado; denegada; causa; "
            "culpable; inválido; inválida; conflicto; bloqueado; bloqueada; regresión; fuga; corrupto; no encontrado; "
            "no funciona; avería"
        ),
        Cue.OUTCOME: (
            "corregido; corregida; resuelto; resuelta; solucionado; solucionada; arreglado; arreglada; creado; creada; "
            "abierto; abierta; fusionado; desplegado; desplegada; reservado; reservada; reembolsado; reembolsada; "
            "cancelado; cancelada; actualizado; actualizada; hecho; listo; lista; terminado; terminada; completado; "
            "completada; encontrado; encontrada; añadido; añadida; eliminado; eliminada; reemplazado; instalado; "
            "configurado; migrado; porque; motivo; éxito; correctamente; enviado; enviada; guardado; guardada; "
            "publicado; publicada; renombrado; pagado; pagada; entregado; total; exportado; exportada; generado; "
            "generada; asciende; ya funciona; redactado; realizado; agregado; agregada; he creado; he enviado; borrado"
        ),
        Cue.REQUEST: (
            "por favor; puedes; puede usted; podrías; podría; podéis; me puedes; necesito; necesitamos; hace falta; "
            "te pido; le pido; haz el favor; hágame; quiero que; me ayudas; porfa; me buscas; me haces; me pasas; "
            "me mandas; me dices; me sacas; sería tan; serías tan; tan amable; sería posible; se puede; te importa; "
            "te importaría; le importaría; mira; échale; pues haz"
        ),
        Cue.GOAL: (
            "necesito; necesitamos; quiero; queremos; quisiera; me gustaría; nos gustaría; quería; querría; ayúdame; "
            "ayúdanos; ayúdeme; ayudarme; ayudarnos; ayuda con; ayuda para; busco; buscamos; estoy buscando; "
            "mi objetivo; el objetivo; la tarea; tu tarea; se trata de; estoy intentando; intento; intentamos; "
            "la idea es; falta; faltan; nos falta; me falta; queda por; quedan por; queda pendiente; pendiente de; "
            "hay que; tenemos que; tengo que; habría que; deberíamos; debemos; me vendría; nos vendría; vendría bien; "
            "estaría bien; sería bueno; sería ideal; agradecería; me interesa; me pregunto; quiero saber; hace falta; "
            "haría falta; ahora toca; toca ahora; luego hay; sigo esperando; estoy esperando; seguimos esperando; "
            "no olvides; no te olvides; me bastan; me basta; bastará; sería perfecto"
        ),
        Cue.WITHDRAWAL: (
            "espera; espere; todavía no; aún no; por ahora no; de momento no; déjalo; déjelo; olvídalo; olvídelo; "
            "da igual; no importa; no hace falta; cancela eso; en pausa; en espera; no lo hagas; mejor no; nada déjalo"
        ),
        Cue.ASIDE: (
            "por cierto; además; a propósito; nota; ojo; ten en; tenga en; ten presente; para que; recuerda; recuerde; "
            "no olvides; no olvide; importante; también; otra cosa; una cosa; aviso; de paso; por si; que sepas; "
            "te comento"
        ),
        Cue.CHATTER: (
            "adiós; "
            "gracias; muchas gracias; mil gracias; perfecto; genial; estupendo; muy bien; vale; de acuerdo; ok; hola; "
            "buenos días; buenas; buenas tardes; de nada; con gusto; entendido; claro; por supuesto; sin problema; "
            "eso es todo; es todo; nada más; un momento; un saludo; suena bien; anotado; tomo nota; adelante; "
            "sigue así; hasta luego; algo más; fenomenal; excelente; lo siento; tiene sentido; encantado; no dudes; "
            "bien hecho"
        ),
        Cue.NARRATION: (
            "voy a; déjame; déjeme; primero; a continuación; estoy revisando; reviso; veamos; miro; compruebo; "
            "empiezo; me encargo; me pongo; nada raro; nada inusual; como se esperaba; vamos a; estoy consultando; "
            "lo miro; enseguida; estoy en; te cuento; le cuento; te aviso; te digo; buscaré; miraré; revisaré; "
            "comprobaré; echaré; seguiré; lo reviso; sigo buscando"
        ),
        Cue.SCOPE: (
            "siempre; nunca; jamás; cada vez; a partir de; de ahora; de aquí; desde ahora; desde hoy; desde ya; "
            "en adelante; en lo sucesivo; en el futuro; por defecto; por norma; por regla; como norma; como regla; "
            "en general; en todo momento; en todo caso; en todos; en todas; en ningún; en ninguna; bajo ningún; "
            "bajo ninguna; de ninguna; sin excepción; sin excepciones; hasta que; hasta nuevo; salvo que; a menos; "
            "a no; pase lo; mientras; en cada; para cada; con cada; tras cada; después de cada; antes de cada; "
            "para todo; para todos; para todas; este proyecto; esta conversación; esta sesión; este chat; "
            "este repositorio; resto de; siempre que; sistemáticamente; permanentemente; constantemente; "
            "invariablemente; en cualquier; cualquiera que; en todas partes; ten en cuenta; tenga en cuenta; "
            "ten presente; recuerda que; recuerde que"
        ),
        Cue.QUANTIFIER: (
            "cada; todo; todos; toda; todas; ningún; ninguno; ninguna; nada; nadie; solo; sólo; solamente; únicamente; "
            "exclusivamente; cualquier; cualquiera; como máximo; como mínimo; máximo; mínimo; al menos; más de; "
            "menos de; sin; cuando me; cuando un; cuando una; cuando haya; cuando te; cuando uses; si un; si una; "
            "si me; si te; antes de; después de; estrictamente; ni; si hay; si algo; cuando algo"
        ),
        Cue.ORDER: (
            "asegúrate; asegúrese; quiero que; necesito que; me gustaría que; quisiera que; espero que; te pido; "
            "le pido; procura; procure; ten cuidado; tenga cuidado; recuerda; recuerde; acuérdate; no olvides; "
            "no olvide; limítate; limítese; cíñete; atente; ten en cuenta; tenga en cuenta; prefiero que; "
            "preferiría que; haz que; debes; me respondes; me contestas; me escribes; me avisas; hagas el favor; "
            "que sea; que sean"
        ),
        Cue.BAN: (
            "no debe; no deben; no debes; no se debe; no se puede; no se pueden; no puedes; no puede; no pueden; "
            "nunca debe; nunca debes; prohibido; prohibida; prohibidos; prohibidas; prohíbo; queda prohibido; "
            "no quiero; no queremos; bajo ningún; bajo ninguna; en ningún; de ninguna; evita; evite; evitar; abstente; "
            "absténgase; no permitido; no está permitido; nada de; ni se te; nadie debe; nadie puede; inaceptable; "
            "vetado; vetada; no hay que; sin mi; sin nuestra; sin preguntar; sin consultar; no se toca; no se tocan; "
            "deja de; ni se te ocurra; ni se le ocurra; deja de usar; dejar de; deje de usar; no vuelvas; nunca más"
        ),
        Cue.DUTY: (
            "debe; deben; debes; deberá; deberán; debería; deberían; deberías; tiene que; tienen que; tienes que; "
            "hay que; ha de; han de; has de; obligatorio; obligatoria; obligatorios; imprescindible; necesario; "
            "necesaria; requerido; indispensable; exige; se requiere; alérgico; alérgica; alergia; vegetariano; "
            "vegetariana; vegano; vegana; celíaco; celíaca; solo puede; solo pueden; quede; queden; innegociable; sea; "
            "sean; tendrá que; tendrás que; tendrán que; habrá que"
        ),
        Cue.CONDITION: (
            "cuando; si; antes; después; una vez; hasta que; a menos; salvo; siempre que; cada vez; mientras; en caso; "
            "tras; apenas; en cuanto"
        ),
        Cue.PREFERENCE: (
            "prefiero; preferimos; prefiere; preferiría; preferencia; preferiblemente; me gusta; no me gusta; "
            "no me gustan; me encanta; odio; detesto; mejor; acostumbrado; acostumbrada; no soporto; me conviene; "
            "quiero; me gustaría; quisiera; usamos; nosotros usamos; me molesta; me molestan; pueden; se puede; "
            "está permitido; aquí nunca; aquí no; aquí siempre; nosotros nunca; nosotros siempre; nunca se; "
            "siempre se; no se; se escriben; se escribe; no como; no bebo; no tomo"
        ),
        Cue.MANNER: (
            "respuesta; respuestas; responder; responde; responda; contesta; conteste; tono; estilo; formato; idioma; "
            "lengua; ortografía; español; castellano; inglés; francés; alemán; italiano; portugués; ruso; chino; "
            "tutéame; tutea; tutear; tuteo; usted; trátame; viñetas; párrafo; párrafos; emoji; emojis; emoticonos; "
            "unidades; métrico; métrica; métricas; imperiales; celsius; moneda; zona; decimales; redondea; redondeado; "
            "commits; ramas; ejemplos; fuentes; citas; abreviaturas; siglas; jerga; anglicismos; formal; informal; "
            "cortés; educado; conciso; concisa; concisas; breve; breves; corto; corta; cortas; detallado; detallada; "
            "frases; palabras; oraciones; líneas; confirmación; permiso; aprobación; autorización; consentimiento; "
            "preguntar; preguntarme; nombre de pila; llámame; llámeme; paso a paso; mensajes; producción; "
            "dependencias; contraseñas; confidencial; confidenciales; personales; firma; disculpas; comillas; guiones; "
            "mayúsculas; en json; como json; en tabla; en tablas; rama principal; pregúntame; pregunta antes; avísame; "
            "brevemente; variables; las horas; las fechas; de fechas"
        ),
        Cue.ONCE: (
            "nunca he; nunca ha; nunca hemos; nunca han; nunca hubo; nunca tuve; nunca tuvimos; nunca recibí; "
            "nunca recibimos; nunca llegó; nunca fue; nunca funcionó; nunca vi; nunca me; ahora; hoy; esta vez; "
            "esta noche; mañana; ayer; por ahora; de momento; otra vez; una sola; rápidamente; rápido; esta mañana; "
            "esta tarde; puedes; podrías; podría; necesito; era; eran; había; tuve; último; última; excepcionalmente; "
            "te preocupes; se preocupe; dudes; la semana; hasta ahora; dime; ayúdame; adelante; anoche; me ayudas; "
            "un momento; debe de; deben de; debe ser; deben ser; debe estar; será el; será la; quizás; quizá; tal vez; "
            "a lo mejor; probablemente; seguramente; parece; por lo visto; al parecer"
        ),
        Cue.PERMISSION: (
            "puedes; puede; pueden; permitido; permitidos; permitida; está bien; vale; libre; da igual; "
            "cuando quieras; como quieras; no me importa; no me molesta; sin problema; adelante"
        ),
        Cue.RELEASE: (
            "ya no hace; ya no es; ya no necesito; ya no necesitas; ya no tienes; ya no tiene; ya no hay; "
            "ya no quiero; ya no aplica; ya no se; ya no rige; ya no vale; ya no debes; no hace falta; "
            "no es necesario; no es obligatorio; olvida la; olvida lo; olvida el; olvida mi; olvida mis; olvida esa; "
            "olvide la; olvide lo; olvide el; olvide mi; olvídate de; olvídese de; ignora la; ignora lo; ignora mi; "
            "ignore lo; ignore la; puedes volver; puede volver; vuelve a estar; vuelven a estar; vuelves a; vuelve a; "
            "queda sin; queda anulada; queda anulado; queda levantada; retiro la; retiro lo; deja de; deje de; "
            "puedes dejar; puede dejar; permitido otra; permitido de; de nuevo puedes; otra vez puedes; volvemos a; "
            "sin efecto; lo retiro; levantamos la; se levanta; anulo; ya puedes; ya puede; olvida todo; ahora puedes; "
            "ahora puede; ahora podéis; ya podéis; queda sin efecto; quedan sin efecto; vuelven a; "
            "ya están permitidos; dejar lo; dejarlo; puedes olvidar; puede olvidar; puedes ignorar; puede ignorar; "
            "retiro; me retracto; ya no importa; ya no es necesario; ya no son; ya no hay que; ya no tienen; "
            "ya no corre; ya da; da igual ya; como quieras; como prefieras; como quiera; a tu gusto; como antes; "
            "no hace falta que; no hace falta ya; no tienes que; no tiene que; no necesitas; se acabó; se acabó lo; "
            "queda derogada; queda derogado; derogada; anulada; caduca; ya era; exento; exenta; ya se puede; "
            "ya se pueden; de nuevo se; otra vez se; lo de; no me sirve; no me sirven; ya no me; no me convence; "
            "no me convencen; me cansan; me cansa; me molestan; no me gustan ya; ya no cuenta"
        ),
    },
    verbs=(
        "usa; use; usad; utiliza; utilice; emplea; emplee; escribe; escriba; redacta; redacte; responde; responda; "
        "contesta; conteste; mantén; mantenga; haz; haga; da; dé; muestra; muestre; enseña; pregunta; pregunte; di; "
        "diga; habla; hable; formula; formatea; formatee; resume; resuma; empieza; empiece; comienza; comience; "
        "termina; termine; acaba; añade; añada; agrega; agregue; pon; ponga; deja; deje; toma; tome; revisa; revise; "
        "verifica; verifique; comprueba; compruebe; prueba; pruebe; ejecuta; ejecute; corre; lanza; lance; avisa; "
        "avise; notifica; notifique; informa; informe; redondea; redondee; calcula; calcule; traduce; traduzca; cita; "
        "cite; confirma; confirme; espera; envía; envíe; manda; mande; guarda; guarde; borra; borre; elimina; elimine; "
        "cambia; cambie; modifica; modifique; renombra; renombre; crea; cree; genera; genere; sube; suba; fusiona; "
        "construye; compra; compre; pide; pida; reserva; reserve; cancela; cancele; reembolsa; reembolse; explica; "
        "explique; lista; enumera; enumere; justifica; justifique; limita; limite; trata; trate; considera; considere; "
        "respeta; respete; sigue; siga; recuerda; recuerde; anota; anote; apunta; tutea; tutéame; llama; llame; "
        "dirige; propón; proponga; recomienda; recomiende; sugiere; sugiera; elige; elija; escoge; escoja; prioriza; "
        "priorice; indica; indique; especifica; especifique; menciona; mencione; incluye; incluya; adjunta; adjunte; "
        "busca; busque; encuentra; encuentre; mira; mire; lee; lea; corrige; corrija; arregla; arregle; prepara; "
        "prepare; planifica; planifique; presenta; presente; firma; firme; aplica; aplique; convierte; convierta; "
        "documenta; documente; abre; abra; cierra; cierre; reemplaza; reemplace; sustituye; sustituya; exporta; "
        "exporte; importa; importe; compara; compare; analiza; analice; examina; examine; transfiere; transfiera; "
        "contacta; contacte; despliega; despliegue; entrega; entregue; activa; active; desactiva; desactive; descarga; "
        "descargue; mueve; mueva; copia; copie; ordena; ordene; oculta; oculte; consulta; consulte; archiva; archive; "
        "publica; publique; paga; pague; sé; ve; ten; tenga; evita; limítate; dame; deme; dime; dígame; hazme; ponme; "
        "ponlo; hazlo; tráeme; actualiza; actualice; completa; complete; ajusta; ajuste; asigna; asigne; implementa; "
        "implemente; repite; devuelve; devuelva; trátame; separa; separe; asegura; asegure; traslada; programa; "
        "programe"
    ),
    # What orders only behind `no`.
    not_verbs=(
        "uses; utilices; emplees; escribas; redactes; respondas; contestes; mantengas; hagas; des; muestres; "
        "preguntes; digas; hables; formatees; resumas; empieces; comiences; termines; añadas; agregues; pongas; dejes; "
        "tomes; revises; pruebes; ejecutes; lances; avises; redondees; traduzcas; cites; confirmes; esperes; envíes; "
        "mandes; guardes; borres; elimines; cambies; modifiques; renombres; crees; generes; subas; fusiones; compres; "
        "pidas; reserves; canceles; reembolses; expliques; listes; trates; olvides; olvide; anotes; tutees; llames; "
        "propongas; recomiendes; sugieras; elijas; indiques; menciones; incluyas; adjuntes; busques; mires; leas; "
        "corrijas; toques; toque; prepares; presentes; firmes; apliques; conviertas; abras; cierres; reemplaces; "
        "exportes; importes; despliegues; despliegue; entregues; actives; desactives; descargues; muevas; copies; "
        "ocultes; publiques; pagues; seas; tengas; compartas; comparta; reveles; revele; divulgues; inventes; invente; "
        "asumas; supongas; superes; supere; reinicies; reinicie; repitas; sobrescribas; gastes; gaste; aceptes; "
        "acepte; hagáis; uséis; toquéis; vuelvas; vuelva; actualices; contactes"
    ),
    # The familiar subjunctive, but for what is stated: `No tienes razón.`
    not_forms=(
        r"^(?!(?:tien|pued|er|sab|quier|deb|necesit|cre|v|pens|entiend|sol|vin|antes|todas|otras|muchas|estas|"
        r"tras)\w*$)\w{2,}[ea]s|"
        # Of these verbs the form of who is told something is no form that tells.
        r"^(?!(?:porque|aunque|bosque|parque|(?:con|per|pros?)?s[ei]gue|nadie|serie|especie|superficie)$)"
        r"\w{2,}(?:[cs]ione|ie|gue|que)n?"
    ),
    # Infinitives that order, with what may be attached to them.
    forms=(
        "(?:us|utiliz|escrib|respond|contest|manten|hac|mostr|pregunt|habl|resum|empez|comenz|termin|anad|agreg|pon|"
        "dej|revis|verific|comprob|prob|ejecut|avis|notific|inform|redonde|traduc|cit|confirm|esper|envi|mand|guard|"
        "borr|elimin|cambi|modific|renombr|cre|gener|reserv|cancel|explic|list|limit|respet|segu|propon|indic|mencion|"
        "inclu|busc|correg|prepar|present|firm|aplic|convert|document|reemplaz|export|analiz|evit|consult|prioriz|"
        "trat)[aeiy]?(?:ar|er|ir)"
    ),
    clitics="(?:me|nos|te|se|lo|la|los|las|le|les|selo|sela|melo|mela)",
    bans="evita; evite; evitar; tampoco; prohibido; abstente; deja de; deje de",
    nones="nada; ningún; ninguna; nadie; sin; ni",
    nots="no; nunca; jamás",
    leads=(
        "por; favor; porfa; y; e; luego; entonces; ok; vale; bueno; hola; gracias; sí; pero; solo; sólo; solamente; "
        "únicamente; siempre; a; partir; de; ahora; en; adelante; hoy; desde; lo; sucesivo; el; futuro; para; resto; "
        "la; esta; conversación; sesión; proyecto; este; todo; todos; los; todas; las; momento; casos; general; norma; "
        "regla; como; recordatorio; importante; nota; también; además; otra; cosa; una; primero; segundo; tercero; me; "
        "te; nos; le; les; se; puedes; podrías; podría; puede; aquí; defecto; después; bien; perfecto; genial; mejor; "
        "simplemente; sistemáticamente; restricción; cada; vez; eso; tú; usted; finalmente; al; recuerda; debes; "
        "tienes; que; hay; ya"
    ),
    values={
        "form of name": "mi nombre/nombre de pila; apellido/apellidos",
        "daypart": "mañana/mañanas; tarde/tardes; noche/noches",
        "seat": "pasillo; ventana/ventanilla",
        "transport": "tren/trenes; avión/vuelo/vuelos; autobús/bus; coche/carro; taxi; ferry",
        "language": (
            "español/castellano; inglés; francés; alemán; italiano; portugués; ruso; chino; japonés; árabe; coreano; "
            "catalán; polaco"
        ),
        "unit": "métrico/métrica/métricas/métricos/celsius/kilómetros; imperial/imperiales/fahrenheit/millas",
        "currency": "euro/euros/eur; dólar/dólares/usd; libra/libras; peso/pesos; yen/yenes",
        "day": (
            "lunes; martes; miércoles; jueves; viernes; sábado/sábados; domingo/domingos; diario/diariamente; "
            "semanal/semanalmente; mensual/mensualmente"
        ),
        "format": "json; yaml; xml; csv; markdown; html; viñetas; tabla/tablas; párrafo/párrafos/prosa; texto",
        "zone": "utc/gmt; cet; cest; local",
        "length": (
            "breve/breves/corto/corta/cortas/conciso/concisa/concisas; "
            "largo/larga/largas/detallado/detallada/detalladas/extenso"
        ),
        "tone": "formal/profesional; informal/coloquial/relajado/cercano; divertido/humorístico; neutro/sobrio",
        "address": "tutea/tutéame/tutear/tuteo; usted",
        "indentation": "tabuladores/tabulaciones; espacios",
        "number": (
            "dos; tres; cuatro; cinco; seis; siete; ocho; nueve; diez; doce; quince; veinte; treinta; cincuenta; cien"
        ),
    },
    synonyms=(
        "answer/respuesta/respuestas/responde/responda/respondas/contesta/conteste/escribe/escriba/habla/háblame; "
        "message/mensaje/mensajes/correo/correos; presupuesto/coste/costes/costo/gasto/gastos/tope/precio; "
        "plazo/fecha/entrega/vencimiento; contacto/responsable/encargado/encargada; hora/horas/horario/horarios; "
        "prueba/pruebas/test/tests; archivo/archivos/fichero/ficheros; commit/commits; "
        "borra/borrar/elimina/eliminar/borres/elimines; despliegue/despliegues/desplegar/despliega/despliegues; "
        "permiso/aprobación/autorización/confirmación/consentimiento; reunión/cita; emoji/emojis; unidad/unidades; "
        "viñetas/listas; called/llámame/llámeme/título/nombre/apodo"
    ),
    reasons=(
        r"(?:porque|ya que|puesto que|dado que|pues\b|si no\b|para que|de lo contrario|es que|como (?:el|la|"
        r"los|las)\b)"
    ),
    before_old=(
        r"\by no(?: (?:el|la|los|las|a|al|en|de|del))?|\bno(?: (?:el|la|los|las|a|al|en|de|del))?|en (?:vez|"
        r"lugar) de(?:l| la)?|ya no(?: es| son)?(?: el| la)?|olvida(?:te de)?(?: el| la)?|\bera|\bno era(?: el| la)?|"
        r"(?:pas|cambi|mov|aplaz|adelant|retras|traslad)\w+ de(?:l| la)?|reemplaza a|sustituye a"
    ),
    after_old=(
        "ya no|es (?:falso|incorrect[oa]|errón[eo]a?)|era (?:un error|una errata|incorrect[oa])|"
        "está (?:obsolet[oa]|anulad[oa]|de (?:vacaciones|baja))|(?:se fue|dejó)|queda anulad[oa]"
    ),
    aside_old=("(?:y |pero )?no(?: (?:el|la|los|las|a|al|en|de|del))?|en (?:vez|lugar) de(?:l| la)?|ya no"),
    everything=r"\b(?:todas?|todos)\b.{0,24}\b(?:reglas|normas|instrucciones|restricciones|preferencias)\b",
    consents=(
        r"sí\b|(?:si|no|vale|ok|okay|claro|de acuerdo|adelante|perfecto|hazlo|hágalo|correcto|exacto|confirmado|"
        r"aprobado|por supuesto|mejor no|procede|proceda)(?=\s*(?:[,.!;:…–—-]|$))"
    ),
    takes=(
        "(?:así que|usa|use|toma|pon|ponga|haz|en su lugar|mejor|es|son|la nueva|el nuevo|el correcto|la correcta|"
        r"el bueno|la buena|sino|por favor)\b"
    ),
    working=(
        r"\b(?:voy|vamos) (?:a\b|\w+ndo\b)|\b(?:estoy|estamos|sigo|seguimos|continúo) \w+ndo\b|\b\w{3,}ré\b|"
        r"\b\w{3,}remos\b|(?:^|[,;.] |\b(?:y|ahora|ya|enseguida|primero|luego|lo|la|los|las|te|me|le) )(?:reviso|miro|"
        "compruebo|busco|consulto|analizo|preparo|trabajo|verifico|empiezo|comienzo|repaso|examino|investigo|rastreo|"
        r"estudio|sigo|aviso|vuelvo|cuento)\b|\bme (?:encargo|ocupo|pongo)\b|\ben (?:curso|ello)\b|^(?:veamos|"
        r"déj[ae]me|un momento|un segundo|enseguida)\b"
    ),
    told=(
        r"^(?:justo|exactamente) lo que\b|^(?:podemos|se puede) (?:cerrar|dejar)|^(?!.*\b(?:todavía no|aún no|falta|"
        r"faltan|quería|querría|quisiera|debería|habría|podría|vendría|estaría|sería)\b)(?:.*\b(?:era|eran|estaba|"
        r"estaban|estábamos|había|habían|tenía|fue|fueron|hubo|estuvo|tuvo|tuve)\b|.*\b(?:he|ha|hemos|han|"
        r"has) (?:\S+ )?\w+(?:ado|ido|to|cho)\b|.*\b\w{2,}(?:ó|aron|ieron|amos|imos)\b|(?:\S+,? )?(?:ya (?:veo|"
        "entiendo|sé)|veo|entiendo|comprendo|sé|creo|me (?:sorprende|alegra|parece|alegro|ayuda)|eso (?:me|es|está|"
        "ayuda|explica|suena|tiene)|está (?:así|bien|claro)|es (?:así|verdad|curioso)|suena|tiene sentido|"
        r"espero que (?:todo|te|le|vaya))\b|(?:buen (?:día|trabajo)|buenas|hasta (?:luego|mañana|pronto)|adiós|"
        r"nos vemos|perdona?|disculpa|lo siento|no pasa nada|no hay prisa|genial|perfecto|estupendo|excelente)\b|"
        "(?:justo|exactamente|tiene buena|todo (?:aclarado|bien|claro|perfecto|listo)|ya (?:funciona|está)|"
        r"podemos (?:cerrar|dejar)|eso es todo|así está|pinta bien)\b)"
    ),
    anew=(
        r"\ba partir de|\b(?:de|desde) (?:ahora|hoy|mañana)|\ben adelante|\ben lo sucesivo|\ben el futuro|\b(?:ahora|"
        r"mejor|en vez|en lugar|al final|finalmente|nuev[oa]s?|de otra|diferente)\b"
    ),
    light=(
        "usa; use; utiliza; utilice; emplea; escribe; escriba; redacta; redacte; mantén; mantenga; haz; haga; da; dé; "
        "muestra; muestre; di; diga; empieza; empiece; comienza; termina; termine; acaba; añade; agrega; pon; ponga; "
        "deja; deje; toma; tome; coge; coja; cambia; cambie; crea; genera; considera; sigue; siga; recuerda; "
        "recuerde; elige; indica; evita; ten; tenga; sé; sea; quiero; prefiero; olvida; regla; norma; forma; "
        "acuérdate; pensado; mejor; serán; será; vuelve; vuelven; puedes; sirven; sirve; efecto; cuenta; partir; "
        "pasar; tener; cosa; tema; final"
    ),
    ends=(
        r"\b(?:ya no|no hace falta|no es necesario|no necesitas|nunca más|otra vez|de nuevo|se acabó|olvídate|"
        r"olvida|vuelven? a|sin efecto|levanto|queda anulad\w|terminad\w|sobran?|puedes dejar|ya puedes)\b"
    ),
    counted=(
        "cosa; cosas; pregunta; preguntas; nota; notas; detalle; detalles; punto; puntos; aclaración; "
        "aclaraciones; corrección; correcciones; petición; peticiones"
    ),
    announces=(
        r"(?:(?:y|también|pero|entonces|solo|luego|ok)[ ,]+)*(?:una?|dos|tres|cuatro|cinco|algunas?|"
        r"algunos|un par de|varias|varios|otra|otro|las siguientes|los siguientes) (?:\w+ ){0,2}(?:cosas?|"
        r"preguntas?|notas?|detalles?|puntos?|aclaraci(?:ón|ones)|correcci(?:ón|ones)|petici(?:ón|"
        r"ones))\b[^,;:.!?]{0,40}[.:!]?"
    ),
    lead_in=r"(?:y|ah,? y)[ ,]+(?:(?:una?|otra|otro)\b[^:.!?]{0,40}: )?",
    refers_back=(
        r"\b(?:con|de|sobre|a|por|para|hacer|resolver|arreglar) (?:eso|esto|ello)\b|\b(?:hacer|resolver|"
        r"arreglar|solucionar)l[oa]s?\b"
    ),
)
