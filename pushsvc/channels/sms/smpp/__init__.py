"""SMPP 3.4: how most operators and aggregators outside China's HTTP clouds take SMS. See docs/explanation/smpp.md."""
