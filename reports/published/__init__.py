"""What is public: copies of tickets for everybody, in tables of their own that the clock keeps."""
