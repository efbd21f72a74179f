"""Benchmarks, and what happens when things are pulled out: ``script/bench``.

They live with the tests, whose tools they use and one of which is the crash run; nothing of it
is part of the portal that runs in production.
"""
