"""The agenda and the minutes of a session as PDF, each as far as its reader may read it.

A paper is data and a template; the data holds nothing that the reader may not know, so neither
do the PDF's text, its contents, its metadata or its hash.
"""
