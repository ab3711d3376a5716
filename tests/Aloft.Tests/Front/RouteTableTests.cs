using Aloft.Platform.Front;
using Aloft.Platform.Kernel;

namespace Aloft.Tests.Front;

public class RouteTableTests
{
    static readonly RouteTable Table = new(
        new[]
        {
            "GET /functions", "POST /functions", "GET /functions/{FunctionName}", "GET /functions/{FunctionName}/aliases/{Name}",
            "GET /functions/special/aliases/{Name}", "GET /layers", "GET /layers?find=LayerVersion", "GET /bucket/{Key+}", "PUT /bucket/{Key+}?acl", "GET /",
        }.Select(route => Of(route, route)));

    static Operation Of(string name, string? route) => new(name, route, "x:y", (_, _) => throw new NotSupportedException());

    static (string? Route, string Parameters) Find(string method, string path, string query = "")
    {
        var operation = Table.Find(method, path, query, out var parameters);
        return (operation?.Route, string.Join(";", parameters?.Select(pair => $"{pair.Key}={pair.Value}") ?? []));
    }

    [Theory]
    [InlineData("GET", "/functions", "GET /functions", "")]
    [InlineData("GET", "/functions/", "GET /functions", "")]
    [InlineData("POST", "/functions/", "POST /functions", "")]
    [InlineData("GET", "/functions/a", "GET /functions/{FunctionName}", "FunctionName=a")]
    [InlineData("GET", "/functions/a/", "GET /functions/{FunctionName}", "FunctionName=a")]
    [InlineData("GET", "/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Aa%3AB", "GET /functions/{FunctionName}", "FunctionName=arn:aws:lambda:us-east-1:1:function:a:B")]
    [InlineData("GET", "/functions/arn:aws:lambda:us-east-1:1:function:a", "GET /functions/{FunctionName}", "FunctionName=arn:aws:lambda:us-east-1:1:function:a")]
    [InlineData("GET", "/functions/a%2Fb", "GET /functions/{FunctionName}", "FunctionName=a/b")]
    [InlineData("GET", "/functions/%zz%", "GET /functions/{FunctionName}", "FunctionName=%zz%")]
    [InlineData("GET", "/functions/special", "GET /functions/{FunctionName}", "FunctionName=special")]
    [InlineData("GET", "/functions/special/aliases/x", "GET /functions/special/aliases/{Name}", "Name=x")]
    [InlineData("GET", "/functions/f/aliases/x", "GET /functions/{FunctionName}/aliases/{Name}", "FunctionName=f;Name=x")]
    [InlineData("GET", "/bucket/a/b%20c/", "GET /bucket/{Key+}", "Key=a/b c/")]
    [InlineData("GET", "/", "GET /", "")]
    [InlineData("GET", "", "GET /", "")]
    public void Finds(string method, string path, string route, string parameters) => Assert.Equal((route, parameters), Find(method, path));

    [Theory]
    [InlineData("PUT", "/functions")]
    [InlineData("get", "/functions")]
    [InlineData("GET", "/functions//")]
    [InlineData("GET", "//functions")]
    [InlineData("GET", "/functions//aliases/x")]
    [InlineData("GET", "/functions/a/b")]
    [InlineData("GET", "/function")]
    [InlineData("PUT", "/bucket/a")]
    [InlineData("GET", "*")]
    public void Finds_nothing(string method, string path) => Assert.Equal((null, ""), Find(method, path));

    [Fact]
    public void Constant_query_parameters_choose()
    {
        Assert.Equal("GET /layers?find=LayerVersion", Find("GET", "/layers", "a=b&find=LayerVersion").Route);
        Assert.Equal("GET /layers", Find("GET", "/layers", "find=Other").Route);
        Assert.Equal("PUT /bucket/{Key+}?acl", Find("PUT", "/bucket/a", "acl").Route);
        Assert.Equal("PUT /bucket/{Key+}?acl", Find("PUT", "/bucket/a", "acl=").Route);
    }

    [Fact]
    public void Each_operation_of_lambdas_model_is_found_at_its_own_route()
    {
        var model = ServiceModel.Load("Lambda").Select(operation => Of(operation.Name, operation.Route)).ToList();
        var table = new RouteTable(model);
        Assert.True(model.Count > 80);
        foreach (var operation in model)
        {
            var (method, template) = (operation.Route!.Split(' ')[0], operation.Route.Split(' ')[1]);
            var path = template.Split('?')[0].Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
            Assert.Equal(operation.Name, table.Find(method, path, template.Contains('?') ? template.Split('?')[1] : "", out _)?.Name);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/x")]
    [InlineData("GET /{a+}/b")]
    public void A_bad_route_is_found_at_start_up(string? route) =>
        Assert.Throws<InvalidOperationException>(() => new RouteTable([Of("X", route)]));
}
