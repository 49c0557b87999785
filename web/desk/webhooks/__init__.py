"""Systems that are told of what is public: where they are, of what, and what did not arrive."""
