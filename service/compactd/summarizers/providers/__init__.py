"""The providers of models: a row for each in `table`, and what is odd about some in the modules beside it."""
