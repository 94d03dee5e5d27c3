module Helper
  def self.read(name)
    File.read(name)
  end
end
