using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>Code that cannot be loaded: the INIT_ERROR, with AWS's types and texts.</summary>
public sealed class HandlerErrorsTests
{
    [Theory]
    [Node("index.js", "", "other.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'other'\nRequire stack:\n*")]
    [Node("index.js", "require('absent');", "index.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'absent'\nRequire stack:\n*")]
    [Node("index.mjs", "import 'absent';", "index.handler", "Error", "Cannot find package 'absent' imported from *")]
    [Node("index.js", "exports.other = 1;", "index.handler", "Runtime.HandlerNotFound", "index.handler is undefined or not exported")]
    [Node("index.js", "exports.a = {};", "index.a.b.c", "Runtime.HandlerNotFound", "index.a.b.c is undefined or not exported")]
    [Node("index.js", "exports.handler = 1;", "index.handler", "Runtime.HandlerNotFound", "index.handler is not a function")]
    [Node("index.js", "", "index", "Runtime.MalformedHandlerName", "Bad handler")]
    [Node("index.js", "", "../index.handler", "Runtime.MalformedHandlerName",
        "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.")]
    [Node("index.js", "exports.handler = {", "index.handler", "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected end of input")]
    [Node("index.mjs", "export const handler = {", "index.handler", "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected end of input")]
    [Node("index.js", "throw new TypeError('at load');", "index.handler", "TypeError", "at load")]
    [Node("index.mjs", "await Promise.reject(new RangeError('at load'));", "index.handler", "RangeError", "at load")]
    [Python("index.py", "", "other.handler", "Runtime.ImportModuleError", "Unable to import module 'other': No module named 'other'")]
    [Python("index.py", "", "a/b.handler", "Runtime.ImportModuleError", "Unable to import module 'a/b': No module named 'a'")]
    [Python("index.py", "import absent", "index.handler", "Runtime.ImportModuleError", "Unable to import module 'index': No module named 'absent'")]
    [Python("index.py", "other = 1", "index.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'index'")]
    [Python("index.py", "", "index", "Runtime.MalformedHandlerName", "Bad handler 'index': not enough values to unpack (expected 2, got 1)")]
    [Python("index.py", "def handler(:", "index.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'index': invalid syntax (index.py, line 1)")]
    [Python("index.py", "raise ValueError('at load')", "index.handler", "ValueError", "at load")]
    public async Task Code_that_cannot_be_loaded_is_reported_as_AWS_does(
        Language language, string file, string code, string handler, string type, string message)
    {
        await using var host = await RuntimeHost.Boot(language, [(file, code)]);

        var (error, logs) = await host.LoadFailure(handler);

        Assert.Equal(type, (string?)error["errorType"]);
        var actual = (string?)error["errorMessage"];
        if (message.EndsWith('*')) Assert.StartsWith(message[..^1], actual);
        else Assert.Equal(message, actual);
        Assert.IsType<JsonArray>(error[language == Language.Node ? "trace" : "stackTrace"]);
        Assert.Contains(type, Assert.Single(logs));
        Assert.Equal(1, await host.ExitCode());
    }

    [Theory, Node]
    public async Task A_syntax_error_tells_where_it_is(Language language)
    {
        await using var host = await RuntimeHost.Boot(language, [("index.js", "\n\nexports.handler = ?;")]);

        var (error, _) = await host.LoadFailure("index.handler");

        Assert.Equal("Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token '?'", (string?)error["trace"]![0]);
        Assert.Equal($"{host.Folder.FullName}/index.js:3", (string?)error["trace"]![1]);
    }

    [Theory, Python]
    public async Task A_Python_syntax_error_tells_where_it_is(Language language)
    {
        await using var host = await RuntimeHost.Boot(language, [("index.py", "\n\ndef handler(:")]);

        var (error, _) = await host.LoadFailure("index.handler");

        Assert.Equal($"  File \"{host.Folder.FullName}/index.py\" Line 3\n    def handler(:", (string?)error["stackTrace"]![0]);
    }

    [Theory, Python]
    public async Task The_stack_of_a_failing_module_begins_in_the_module(Language language)
    {
        await using var host = await RuntimeHost.Boot(language, [("index.py", "raise ValueError('at load')")]);

        var (error, _) = await host.LoadFailure("index.handler");

        Assert.Equal($"  File \"{host.Folder.FullName}/index.py\", line 1, in <module>\n    raise ValueError('at load')\n", (string?)error["stackTrace"]![0]);
        Assert.Single(error["stackTrace"]!.AsArray());
    }
}
