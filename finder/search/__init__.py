"""A room: a query in, results out.

`understand` turns what a visitor typed into a `Query`; an engine answers it; `find` adds counted
ways out. Both engines obey one contract (tests/search/test_contract.py); nothing here knows how
a page looks, and nothing assumes that an engine has files or lives in this process.
"""
