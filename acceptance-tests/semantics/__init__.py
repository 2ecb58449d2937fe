"""docs/semantics.md as data: what each change and each drift does, and how it is shown to hold."""
