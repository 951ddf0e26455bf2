"""WeChat: template messages of an official account, subscription messages of a mini-program."""
