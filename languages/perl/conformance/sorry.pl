sub main {
    return { error => 'sorry' };
}
