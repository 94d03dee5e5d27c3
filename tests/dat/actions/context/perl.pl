my @names = qw(api_host api_key namespace action_name action_version activation_id deadline);

sub main {
    return { map { $_ => $ENV{ '__OW_' . uc $_ } } @names };
}
