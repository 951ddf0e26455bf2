"""The Kafka engine: the same pipeline in as many processes as wanted.

Nothing is imported here: Faust and aiokafka take their time, and the embedded engine starts without them.
"""
