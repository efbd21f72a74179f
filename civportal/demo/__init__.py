"""The demo centre: invented people and organisations, to look around in before one's own data."""

import os

DEMO_PASSWORD = os.environ.get("DEMO_PASSWORD") or "demo-wachtwoord"
"""The one password of all demo logins; the environment may set another."""

DEMO_DOMAIN = "demo.example"
DEMO_LOGINS = (
    ("beheer@demo.example", "administrator"),
    ("bureau@demo.example", "programme office"),
    ("stuurgroep@demo.example", "steering group member"),
    ("docent@demo.example", "teacher"),
    ("bedrijf@demo.example", "company representative"),
    ("schrijver@demo.example", "writer of the activity plan"),
)
"""Each demo login with what it is for, in the order to print them."""
