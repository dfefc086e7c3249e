"""One machine: the demo, the tests, the benchmark."""
