"""What a name with points ends with: it tells files and hosts from modules, members and methods.

`report.odt` and `shop.it` are looked up again as they stand; `os.path` and `user.id` are words of a program.
"""

_FILE = (
    # Code
    r"(?:py[ix]?|[cm]?[tj]sx?|vue|svelte|astro|rs|go|java|kts?|scala|groovy|clj|exs|erl|hs|mli?|elm|rb|php|lua|jl|dart|swift"
    r"|c|h|cc|[ch](?:pp|xx)|hh|cs|vb|sh|bash|zsh|ps1|bat|sql|graphql|proto|thrift|wasm|asm|zig|vhdl|tfvars|tf|hcl|mk"
    # Documents
    r"|mdx?|rst|adoc|tex|bib|txt|rtf|doc[xm]?|xls[xmb]?|pp[ts]x?|od[tspg]|csv|tsv|pdf|epub|mobi|azw3|eml|ics|vcf|vsdx?|log"
    # Pictures, sound, film
    r"|png|jpe?g|gif|bmp|tiff?|webp|hei[cf]|avif|ico|svgz?|psd|eps|cr2|nef|dng|xcf|indd"
    r"|mp[34]|m4[av]|wav|flac|ogg|og[av]|opus|aac|aiff|wma|midi|mov|mkv|avi|webm|wmv|flv|mpe?g|3gp|srt|vtt"
    # Archives and programs
    r"|zip|tar|t?gz|bz2|xz|zst|7z|rar|iso|dmg|deb|rpm|apk|ipa|[jw]ar|whl|exe|msi|dll|so|dylib"
    # Data and settings
    r"|jsonl?|json5|ndjson|geojson|ya?ml|toml|ini|cfg|conf|env|lock|x?html?|s?css|xml|xsd|xslt?|plist|gradle|diff|patch"
    r"|ipynb|parquet|avro|orc|np[yz]|pkl|h5|hdf5|db|sqlite3?|mdb|accdb|dbf|dump|bak|dat|shp|km[lz]|gpx|stl|dwg|dxf"
    r"|otf|ttf|woff2?|pem|crt|cer|csr|p12|pfx|jks|gpg|onnx|safetensors|gguf|po)"
)
"""Endings of files; one that is the name of members of programs just as often, such as `key` or `map`, is none."""

# ISO 3166-1 alpha-2, by their first letters, with three that stand beside it.
_COUNTRY = (
    r"(?:a[cdefgilmoqrstuwxz]|b[abdefghijmnorstvwyz]|c[acdfghiklmnoruvwxyz]|d[ejkmoz]|e[cegrstu]|f[ijkmor]"
    r"|g[abdefghilmnpqrstuwy]|h[kmnrtu]|i[delmnoqrst]|j[emop]|k[eghimnprwyz]|l[abcikrstuvy]|m[acdeghklmnopqrstuvwxyz]"
    r"|n[acefgilopruz]|om|p[aefghklmnrstwy]|qa|r[eosuw]|s[abcdeghijklmnorstvxyz]|t[cdfghjklmnortvwz]|u[agksyz]"
    r"|v[aceginu]|w[fs]|y[et]|z[amw]|рф)"
)
_OF_ANY_COUNTRY = r"(?:com|org|net|edu|gov|mil|biz|io|dev|app|cloud|example|internal|local|localhost|lan|onion)"
_BELOW_COUNTRY = r"(?:com?|org?|net?|gov?|gob|gouv|edu|ac)"
_MEMBER = r"(?:g[et]|i[ds]|lt|pk|to)"
"""Countries that are rather members of programs: `user.id`, `operator.lt`."""
_WORD = r"(?:a[cmstx]|b[ey]|c[im]|do|i[lmnt]|l[ai]|m[aemuy]|n[aeio]|p[as]|re|s[deiot]|t[mz]|us)"
"""Countries that are rather a word, of a language or of programs: they end hosts of three labels, or with a port or a
path. `done.by`, `Montag.im` and `bien.se` lack a blank, `np.ma` is a member, `Makefile.am` is for automake."""

_OWNER = r"(?!(?:self|this|cls|super)\.)"
"""Stands before members alone."""

_JOINED = r"(?!(?!lib)[^\W\d_]++\.so(?![^:]))"
"""`ok.so` lacks a blank: the file of a library has more in its name than letters, or begins with `lib`."""

_LABEL = r"[^\W_](?:[^\W_]|-)*+"
_END = r"(?![^:/])"

HOST = (
    rf"{_OWNER}(?:www\.(?:{_LABEL}\.)++[^\W\d_]{{2,}}+"
    rf"|(?:{_LABEL}\.)++{_OF_ANY_COUNTRY}{_END}"
    rf"|(?:{_LABEL}\.)+?{_BELOW_COUNTRY}\.{_COUNTRY}{_END}"
    # No `p.es.`, no `config.h.in`, no `MANIFEST.in`, no `5.am`, and nothing with a hump in it.
    rf"|(?!\d+\.|(?:.*\.)?[^.]\.|[A-Z][A-Z]|.*[a-z][A-Z]|{_LABEL}\.{_WORD}\Z)(?:{_LABEL}\.)++(?!(?:{_FILE}|{_MEMBER}){_END}){_COUNTRY}{_END})"
)
"""The name of a host, without its port."""

FILE_NAME = rf"{_OWNER}{_JOINED}(?!www\.)\.?(?:[\w+-]++\.)++(?:{_FILE}|(?=[A-Z0-9]{{2,}})(?i:{_FILE}))(?![^:])"
"""The name of a file, its ending in letters of one case."""
