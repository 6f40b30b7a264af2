"""Looking at a file's columns before it is read in earnest: figures, doubts, and questions."""
