using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>What a function says, as LOG frames.</summary>
public sealed class LogTests
{
    [Theory, Node]
    public async Task Console_methods_write_lines_in_AWS_s_format(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language,
            """
            exports.handler = async () => {
              console.log('text %s', 'inserted', { a: [1] });
              console.info('i'); console.warn('w'); console.error('e'); console.debug('d'); console.trace('t'); console.fatal('f');
              console.log();
            };
            """);

        var logs = (await host.Invoke()).Logs.Select(line => line.Split('\t')).ToArray();

        Assert.All(logs, line => Assert.True(DateTimeOffset.TryParseExact(
            line[0], "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)));
        Assert.All(logs, line => Assert.Equal(RuntimeHost.RequestId, line[1]));
        Assert.Equal(["INFO", "INFO", "WARN", "ERROR", "DEBUG", "TRACE", "FATAL", "INFO"], logs.Select(line => line[2]));
        Assert.Equal(["text inserted { a: [ 1 ] }", "i", "w", "e", "d", "t", "f", ""], logs.Select(line => line[3]));
    }

    [Theory, Node]
    public async Task Lines_of_the_init_phase_have_no_request_id(Language language)
    {
        await using var host = await RuntimeHost.Boot(language, [("index.js", "console.log('loading'); exports.handler = async () => {};")]);

        Assert.EndsWith("Z\tundefined\tINFO\tloading", Assert.Single(await host.Load("index.handler")));
    }

    [Theory, Node]
    public async Task What_is_written_to_the_standard_descriptors_is_written_at_once_and_told_of_later(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language,
            """
            const fs = require('fs');
            const written = () => Number(/wchar: (\d+)/.exec(fs.readFileSync('/proc/self/io', 'utf8'))[1]);
            exports.handler = async () => {
              const before = written();
              let told = false;
              fs.write(1, 'eleven here', () => { told = true; });
              const [atOnce, toldAtOnce] = [written() - before, told];
              const { bytesWritten } = await require('util').promisify(fs.write)(2, 'x');
              return [atOnce, toldAtOnce, told, bytesWritten];
            };
            """);

        Assert.Equal("[11,false,true,1]", (await host.Invoke()).Response);
    }

    [Theory, Node]
    public async Task In_JSON_an_error_is_of_its_class_and_has_its_own_properties(Language language)
    {
        await using var host = await RuntimeHost.Boot(
            language, [("index.js", "class Own extends Error { code = 'E_X'; }; exports.handler = async () => { console.error(new Own('boom')); };")]);
        host.Adjust = init => init["environment"]!["AWS_LAMBDA_LOG_FORMAT"] = "JSON";
        await host.Load("index.handler");

        var message = JsonNode.Parse(Assert.Single((await host.Invoke()).Logs))!["message"]!;

        Assert.Equal(("Own", "boom", "E_X"), ((string?)message["errorType"], (string?)message["errorMessage"], (string?)message["code"]));
    }

    [Theory, Python]
    public async Task In_JSON_an_exception_has_its_place_and_a_level_between_two_is_the_lower(Language language)
    {
        await using var host = await RuntimeHost.Boot(language, [("index.py",
            "import logging\ndef handler(event, context):\n  logging.log(35, 'between')\n  try: 1 / 0\n  except Exception: logging.exception('failed')")]);
        host.Adjust = init => init["environment"]!["AWS_LAMBDA_LOG_FORMAT"] = "JSON";
        await host.Load("index.handler");

        var lines = (await host.Invoke()).Logs.Select(line => JsonNode.Parse(line)!).ToArray();

        Assert.Equal(["WARNING between", "ERROR failed"], lines.Select(line => $"{line["level"]} {line["message"]}"));
        Assert.Equal(("ZeroDivisionError", $"{host.Folder.FullName}/index.py:handler:5"), ((string?)lines[1]["errorType"], (string?)lines[1]["location"]));
    }

    [Theory, Node]
    public async Task A_line_after_the_answer_has_the_last_request_s_id(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language, "exports.handler = async () => { setTimeout(() => { console.log('late'); process.exit(0); }, 1); };");

        await host.Invoke();

        Assert.EndsWith($"\t{RuntimeHost.RequestId}\tINFO\tlate", RuntimeHost.LogText(Assert.Single(await host.Rest())));
    }

    [Theory, Python]
    public async Task The_logging_module_writes_lines_in_AWS_s_format(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language,
            """
            import logging
            logger = logging.getLogger()
            logger.setLevel(logging.INFO)
            logging.basicConfig(format="changes nothing: the root logger has its handler")
            def handler(event, context):
                logger.info("hello %s", "you")
                logging.getLogger("mine").warning("two\nlines")
                logger.debug("not shown")
                context.log("plain")
            """);

        var logs = (await host.Invoke()).Logs;

        Assert.Equal(3, logs.Count);
        Assert.Matches($@"^\[INFO\]\t\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z\t{RuntimeHost.RequestId}\thello you$", logs[0]);
        Assert.Matches($@"^\[WARNING\]\t\S+Z\t{RuntimeHost.RequestId}\ttwo\nlines$", logs[1]);
        Assert.Equal("plain", logs[2]);
    }

    [Theory]
    [Node("""
        exports.handler = async () => {
          process.stdout.write('one\n');
          process.stderr.write('two\nstill two\n');
          process.stdout.write('three ');
          process.stdout.write(Buffer.from('and '));
          process.stdout.write('still three\n');
          process.stdout.write('four');
          process.stderr.write('five\n');
          process.stdout.write('six');
        };
        """)]
    [Python("""
        import os, sys
        def handler(event, context):
            print("one")
            print("two\nstill two", file=sys.stderr)
            print("three", end=" ")
            sys.stdout.buffer.write(b"and ")
            print("still", "three")
            print("four", end="")
            sys.stderr.write("five\n")
            sys.stdout.write("six")
        """)]
    public async Task Writes_become_events_in_their_order_and_before_the_answer(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        for (var round = 0; round < 2; round++)
            Assert.Equal(["one", "two\nstill two", "three and still three", "four", "five", "six"], (await host.Invoke()).Logs);
    }

    [Theory]
    [Node("exports.handler = async () => { console.log('first'); for (;;); };")]
    [Python("def handler(event, context):\n  print('first')\n  while True: pass")]
    public async Task A_line_is_out_before_the_statement_behind_it_runs(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        await host.Send(RuntimeHost.InvokeFrame("{}"));
        var log = await host.Next(); // the handler never ends

        Assert.Equal(Received.Log, log.Kind);
        Assert.EndsWith("first", RuntimeHost.LogText(log));
    }

    [Theory]
    [Node("exports.handler = async () => { console.log('now'); };")]
    [Python("def handler(event, context): print('now')")]
    public async Task An_event_has_the_time_it_was_written_at(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        await host.Send(RuntimeHost.InvokeFrame("{}"));
        var timestamp = BinaryPrimitives.ReadInt64LittleEndian((await host.Next()).Payload);

        Assert.InRange(timestamp, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [Theory]
    [Node("exports.handler = async () => { process.stdout.write('é€😀'.repeat(100000) + '\\n'); };")]
    [Python("def handler(event, context): print('é€😀' * 100000)")]
    public async Task A_giant_line_becomes_several_events_and_loses_nothing(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        await host.Send(RuntimeHost.InvokeFrame("{}"));
        var bytes = new List<byte>();
        for (var frame = await host.Next(); frame.Kind == Received.Log; frame = await host.Next())
            bytes.AddRange(frame.Payload[8..]);

        Assert.Equal(string.Concat(Enumerable.Repeat("é€😀", 100000)), Encoding.UTF8.GetString([.. bytes]));
    }

    [Theory]
    [Node("exports.handler = async () => { for (let i = 0; i < 20000; i++) console.log('line ' + i); };")]
    [Python("def handler(event, context):\n  for i in range(20000): print('line', i)")]
    public async Task A_flood_waits_for_its_reader_and_arrives_whole(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        var logs = (await host.Invoke()).Logs;

        Assert.Equal(20000, logs.Count);
        Assert.EndsWith("line 19999", logs[^1]);
    }

    [Theory, Python]
    public async Task What_a_forked_child_prints_does_not_disturb_the_channel(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language,
            """
            import os
            def handler(event, context):
                child = os.fork()
                if child == 0:
                    print("from the child")
                    os._exit(0)
                os.waitpid(child, 0)
                return "from the parent"
            """);

        var answer = await host.Invoke();
        await host.Stream.DisposeAsync();
        await host.ExitCode();

        Assert.Equal("\"from the parent\"", answer.Response);
        Assert.Empty(answer.Logs);
        Assert.Equal("from the child", host.Output.Trim());
    }
}
