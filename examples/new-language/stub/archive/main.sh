. ./helper.sh
printf '{"data": "%s"}\n' "$(read_all data.txt)"
