"""Several processes behind one address: a supervisor that serves nobody, and workers, each a server of its own."""
