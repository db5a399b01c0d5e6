//! Nothing: the benches beside it are what there is.
