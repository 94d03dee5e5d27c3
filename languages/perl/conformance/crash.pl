sub main {
    my ($args) = @_;
    exit 1 if exists $args->{crash};
    return $args;
}
