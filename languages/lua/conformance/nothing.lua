function main()
end
