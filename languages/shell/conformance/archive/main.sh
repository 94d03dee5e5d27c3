. ./helper.sh
echo "{\"data\": \"$(read_all data.txt)\"}"
