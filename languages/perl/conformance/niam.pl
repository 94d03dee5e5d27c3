sub niam {
    my ($args) = @_;
    return $args;
}
