namespace Aloft.Tests.EndToEnd;

/// <summary>A function of one source file, as a test writes it down.</summary>
internal sealed record FunctionSource(string Runtime, string Handler, byte[] Zip)
{
    public static FunctionSource Node(string source) => new("nodejs20.x", "index.handler", Package.Of(("index.js", source)));

    /// <summary>An ES module.</summary>
    public static FunctionSource NodeModule(string source) => new("nodejs20.x", "index.handler", Package.Of(("index.mjs", source)));

    public static FunctionSource Python(string source) => new("python3.11", "app.handler", Package.Of(("app.py", source)));

    public static FunctionSource Shell(string source) => new("provided.al2023", "any", Package.Of(("bootstrap", source)));

    /// <summary>One of tests/functions/dotnet: <c>Kinds::Echo</c> answers the event.</summary>
    public static FunctionSource Dotnet(string handler) =>
        new("dotnet10", Runtimes.DotnetHost.Full(handler), Package.OfFiles(Runtimes.DotnetHost.File));

    /// <summary>Answers the event.</summary>
    public static FunctionSource Echo { get; } = Node("exports.handler = async event => event;");

    /// <summary>A runtime of its own in shell, over the Runtime API: answers the event.</summary>
    public static FunctionSource ShellEcho { get; } = Shell("""
        #!/bin/sh
        api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
        headers=$(mktemp)
        while true; do
          event=$(curl -sS -D "$headers" "$api/next")
          id=$(sed -n 's/^lambda-runtime-aws-request-id: *\([^\r]*\).*/\1/Ip' "$headers")
          echo "shell got $id"
          curl -sS -X POST --data-binary "$event" "$api/$id/response" > /dev/null
        done
        """);
}
