"""What writes summaries: the models of seventeen providers through litellm, and the embedded summarizer."""
