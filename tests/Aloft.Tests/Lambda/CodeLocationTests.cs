using System.Text;
using Aloft.Platform.Lambda;
using Microsoft.AspNetCore.Http;

namespace Aloft.Tests.Lambda;

public sealed class CodeLocationTests
{
    [Fact]
    public async Task The_link_downloads_the_package_byte_for_byte()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var (status, body) = await Get(lambda, await Link(lambda));
        Assert.Equal(200, status);
        Assert.Equal(LambdaFixture.Zip, body);
    }

    [Fact]
    public async Task A_head_request_tells_the_size_alone()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var (status, body) = await Get(lambda, await Link(lambda), "HEAD");
        Assert.Equal(200, status);
        Assert.Empty(body);
    }

    [Fact]
    public async Task Another_node_over_the_same_database_honours_it()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var other = new CodeLocation(lambda.Parts.NewRegistry(lambda.Parts.Db), lambda.Parts.Code, lambda.Time);
        Assert.Equal(200, (await Get(other, await Link(lambda))).Status);
    }

    [Fact]
    public async Task It_expires()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var link = await Link(lambda);
        lambda.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(200, (await Get(lambda, link)).Status);
        lambda.Time.Advance(TimeSpan.FromSeconds(1));
        var (status, body) = await Get(lambda, link);
        Assert.Equal(403, status);
        Assert.Contains("expired", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_cannot_be_made_up_or_changed()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var link = await Link(lambda);
        var expires = link.Split("Expires=")[1].Split('&')[0];
        Assert.Equal(403, (await Get(lambda, link[..^1] + (link[^1] == '0' ? '1' : '0'))).Status);
        Assert.Equal(403, (await Get(lambda, link.Replace(expires, expires + "0", StringComparison.Ordinal))).Status);
        Assert.Equal(403, (await Get(lambda, link.Split('?')[0])).Status);
        Assert.Equal(403, (await Get(lambda, link.Split('?')[0] + "?Expires=never&Signature=")).Status);
        Assert.Equal(403, (await Get(lambda, "/_aloft/code/")).Status);
        Assert.Equal(403, (await Get(lambda, "/_aloft/code/../../etc/passwd")).Status);
    }

    [Fact]
    public async Task It_can_only_be_read()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal(405, (await Get(lambda, await Link(lambda), "POST")).Status);
    }

    [Theory]
    [InlineData("/_aloft/code/abc", true)]
    [InlineData("/_aloft/health", false)]
    [InlineData("/", false)]
    public async Task The_site_claims_its_paths_alone(string path, bool claimed)
    {
        await using var lambda = await LambdaFixture.Open();
        var http = new DefaultHttpContext();
        http.Request.Path = path;
        Assert.Equal(claimed, lambda.Locations.Site.Claims(http));
    }

    static async Task<string> Link(LambdaFixture lambda) =>
        ((string)(await lambda.Call("GetFunction", "hello"))["Code"]!["Location"]!)["http://localhost:4566".Length..];

    static Task<(int Status, byte[] Body)> Get(LambdaFixture lambda, string target, string method = "GET") =>
        Get(lambda.Locations, target, method);

    static async Task<(int Status, byte[] Body)> Get(CodeLocation locations, string target, string method = "GET")
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;
        http.Request.Method = method;
        http.Request.Path = target.Split('?')[0];
        http.Request.QueryString = target.Contains('?', StringComparison.Ordinal) ? new("?" + target.Split('?')[1]) : default;
        await locations.Site.Serve(http);
        return (http.Response.StatusCode, body.ToArray());
    }
}
