// Counts events by kind: follows the topic of events with librdkafka, and prints what it counted when the topic ends.
//
//   consumer BROKERS TOPIC
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <librdkafka/rdkafkacpp.h>

namespace {

std::string header(const RdKafka::Message& message, const std::string& name) {
  RdKafka::Headers* headers = const_cast<RdKafka::Message&>(message).headers();
  if (headers == nullptr) return {};
  const RdKafka::Headers::Header found = headers->get_last(name);
  return found.err() == RdKafka::ERR_NO_ERROR ? std::string(found.value_string(), found.value_size()) : std::string();
}

/// What a consumer derives, and how far it came with each case.
class Counting {
 public:
  void take(const RdKafka::Message& message) {
    const std::uint64_t number = std::stoull(header(message, "ce_sequence"));
    std::uint64_t& last = sequence_[header(message, "ce_subject")];
    if (number <= last) return;  // seen before: a reader that lost its offset begins again
    if (number != last + 1) {
      std::cerr << "an event is missing before " << number << '\n';
      std::exit(1);
    }
    last = number;
    ++events_[header(message, "ce_type")];
  }
  void print() const {
    std::cout << "{\"cases\": " << sequence_.size() << ", \"events\": {";
    const char* separator = "";
    for (const auto& [type, count] : events_) {
      std::cout << separator << '"' << type << "\": " << count;
      separator = ", ";
    }
    std::cout << "}}\n";
  }

 private:
  std::map<std::string, std::uint64_t> sequence_;
  std::map<std::string, std::uint64_t> events_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "consumer BROKERS TOPIC\n";
    return 1;
  }
  std::string wrong;
  const std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  for (const auto& [name, value] : std::map<std::string, std::string>{{"bootstrap.servers", words[1]}, {"group.id", "example"}, {"isolation.level", "read_committed"},
                                                                     {"enable.auto.commit", "false"}, {"enable.partition.eof", "true"}, {"auto.offset.reset", "earliest"}})
    conf->set(name, value, wrong);
  const std::unique_ptr<RdKafka::KafkaConsumer> consumer(RdKafka::KafkaConsumer::create(conf.get(), wrong));
  if (!consumer) {
    std::cerr << wrong << '\n';
    return 1;
  }
  consumer->subscribe({words[2]});
  Counting counting;
  std::set<std::int32_t> ended;
  std::size_t partitions = 0;
  while (partitions == 0 || ended.size() < partitions) {
    const std::unique_ptr<RdKafka::Message> message(consumer->consume(1000));
    if (message->err() == RdKafka::ERR__PARTITION_EOF) {
      ended.insert(message->partition());
      std::vector<RdKafka::TopicPartition*> assigned;
      consumer->assignment(assigned);
      partitions = assigned.size();
      RdKafka::TopicPartition::destroy(assigned);
    } else if (message->err() == RdKafka::ERR_NO_ERROR) {
      counting.take(*message);
    }
  }
  counting.print();
  consumer->close();
  return 0;
}
