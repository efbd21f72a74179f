"""What runs the portal from a checkout: virtual environment, embedded services, processes.

Stands beside the portal, not in it: nothing here is imported by the site, and nothing here imports
Django except ``prepare``, which runs in a process of its own. The first steps (``__main__``,
``venv``) use the standard library only, for there is nothing else yet.
"""
