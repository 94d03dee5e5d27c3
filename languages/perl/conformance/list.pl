sub main {
    return [qw(a b)];
}
