"""Tools that run with arguments that their own schema forbids."""

from offering import DRAFT_07, checks_only, takes, tool

REGION = {"type": "string", "enum": ["north", "south"]}
CUSTOMER = {"customer": {"type": "string", "maxLength": 80}, "region": REGION}
DAYS = {"type": "integer", "minimum": 1, "maximum": 14}


@tool("Find a customer in a region.", takes(CUSTOMER))
def find_customer(given, _):
    return f"customer number {len(given['customer'])}"


checks_only("find_customer", takes(CUSTOMER, "region"))

AMOUNT = {"amount": {"type": "number", "minimum": 0, "maximum": 1e6}}


@tool("Convert euros to dollars.", takes(AMOUNT, additionalProperties=False))
def convert_currency(given, _):
    return f"{given['amount'] * 1.25:.2f} USD"


checks_only("convert_currency", takes(AMOUNT))


@tool("Forecast the weather of the next days.", takes({"days": DAYS}))
def forecast_weather(_given, _):
    return "sunny"


checks_only("forecast_weather", takes({"days": {**DAYS, "type": ["integer", "string"]}}))


@tool(
    "List the newest articles.",
    takes({"limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}}),
)
def list_articles(given, _):
    return f"{min(int(given['limit']), 3)} articles"


checks_only("list_articles", takes({"limit": {"type": "integer", "minimum": 1, "maximum": 101}}))


@tool(
    "List the shelf in an order.",
    takes({"order": {"type": "string", "enum": ["title", "author", "newest"]}}),
)
def list_shelf(_given, _):
    return "Emma, Walden"


checks_only("list_shelf", takes({"order": {"type": "string"}}))


@tool(
    "Look up a product by its stock keeping unit.",
    {
        "$schema": DRAFT_07,
        **takes({"sku": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"}}),
    },
)
def look_up_product(_given, _):
    return "a blue chair"


checks_only("look_up_product", takes({"sku": {"type": "string"}}))

CHANNEL = {"type": "integer", "minimum": 0, "maximum": 255}
RED_GREEN_BLUE = {"type": "array", "prefixItems": [CHANNEL] * 3, "minItems": 3}


@tool("Name a colour.", takes({"rgb": {**RED_GREEN_BLUE, "items": False}}))
def name_colour(given, _):
    return "dark" if sum(given["rgb"][:3]) < 384 else "light"


checks_only("name_colour", takes({"rgb": RED_GREEN_BLUE}))

TAGS = {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 8}


@tool("Count the documents with all of these tags.", takes({"tags": {**TAGS, "uniqueItems": True}}))
def count_tagged(given, _):
    return f"{8 - len(given['tags'])} documents"


checks_only("count_tagged", takes({"tags": TAGS}))
