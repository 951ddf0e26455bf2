"""The Kafka engine: the same pipeline in as many processes as wanted. Importing this package imports neither Faust nor aiokafka."""
