"""What writes summaries: the models of every provider through litellm, and the embedded summarizer."""
