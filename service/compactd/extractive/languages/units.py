"""Words behind a number, or before it, that make one identifier with it: months, currencies, units."""

MONTHS = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?"
)
MONTH = rf"(?:{MONTHS})(?![0-9A-Za-z])"
CODES = "USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|CAD|AUD|NZD|SGD|HKD|TWD|KRW|THB|SEK|NOK|DKK|PLN|BRL|MXN|ZAR"
CURRENCY = rf"(?:{CODES}|dollars|euros|pounds)(?![0-9A-Za-z])"
UNIT = (
    r"(?:ms|sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?|weeks?|months?|years?|[KMGT]i?B|bytes|rows|users|people"
    r"|passengers|seats|nights|percent|km|kg|miles|requests|retries|replicas|items|units|points)(?![0-9A-Za-z])"
)
