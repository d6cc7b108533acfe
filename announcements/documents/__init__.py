"""Documents made from what was announced and signed: their words, their layout, and the check that they agree.

Nothing here is imported by a web process at its start, apart from `catalogue`, `checker` and `josa`: PDF, HWPX and
spreadsheet libraries belong to the worker and to `manage.py make_documents`.
"""
