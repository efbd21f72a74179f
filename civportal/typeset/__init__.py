"""Documents on paper: PDF that is tagged, kept for years (PDF/A-2a) and read aloud (PDF/UA-1).

Typst sets the type. A document is a template (``.typ``) with the words and data it shows as JSON:
nothing that anyone wrote is ever read as markup. ``typesetting`` runs it, ``html`` turns rich
text into a tree that ``house.typ`` knows how to set, and ``letters`` keeps out what no font here
can show. The centre's name, colours and logo come from ``civportal.centre.letterhead``.
"""
