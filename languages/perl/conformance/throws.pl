sub main {
    die "nooooo\n";
}
