/** A `.cargo/config.toml` by which cargo takes crates out of the folder vendor beside it, and out of nothing else. */
export const sourceConfig = `[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "vendor"

[net]
offline = true
`;
