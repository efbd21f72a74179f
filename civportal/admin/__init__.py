"""How the admin works here, for every app alike: who sees what, history, restoring, rich text.

Knows users, and no app: what is particular to an app stands in that app's ``admin.py``.
"""
