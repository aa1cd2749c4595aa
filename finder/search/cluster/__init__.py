"""What is asked of Elasticsearch and how its answers are read, without a connection.

`mapping.py` and `documents.py` say what an index holds; `scope.py`, `sorting.py`, `counts.py` and
`bodies.py` turn a Query into request bodies; `answers.py` reads what comes back. `asking.py`,
`squares.py` and `suggesting.py` hold the conversations: each takes `ask`, which sends search
bodies and gives their answers in order (one body: `_search`, several: one `_msearch`), always to one
and the same index and with `allow_partial_search_results=false`.
"""
