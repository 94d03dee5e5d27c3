sub main {
    my ($args) = @_;
    return $args;
}
