sub main {
    my ($args) = @_;
    my $name = $args->{name} // 'stranger';
    print "greeting $name\n";
    return { greeting => "Hello $name!" };
}
